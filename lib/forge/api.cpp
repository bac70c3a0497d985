#include "forge/api.hpp"

#include <fmt/format.h>

#include "base/redact.hpp"
#include "base/text.hpp"

namespace sandbox::forge {

namespace {

std::vector<std::string> joined(std::vector<std::string> headers, std::string secret) {
  headers.push_back(std::move(secret));
  return headers;
}

/// A page's `Link` names the next one; only that there is one is believed, not where.
bool has_next(const Response& response) {
  const auto link = response.headers.find("link");
  return link != response.headers.end() && link->second.find("rel=\"next\"") != std::string::npos;
}

}  // namespace

Api::Api(const Connection& connection, std::string secret_header, std::vector<std::string> headers, std::string needs)
    : patient_(Http(connection.address, joined(std::move(headers), std::move(secret_header)), connection.ca_file), connection.patience),
      secret_(connection.token.secret()),
      source_(connection.token.source()),
      needs_(std::move(needs)) {}

Response Api::answered(const std::string& method, const std::string& path, const Json& body) {
  Request request{method, path, std::nullopt};
  if (!body.is_null()) request.body = record::dump(body);
  Response response = patient_.ask(request);
  if (response.status < 200 || response.status > 299) fail(response, method, path);
  return response;
}

Json Api::parsed(const Response& response) const {
  if (response.body.empty()) return nullptr;
  try {
    return record::parse(response.body, patient_.address().text());
  } catch (const Error& error) {
    throw Error(ExitCode::failed, error.what(), "is this the address of the API?");
  }
}

Json Api::ask(const std::string& method, const std::string& path, const Json& body) { return parsed(answered(method, path, body)); }

Api::Page Api::page(const std::string& path) {
  const Response response = answered("GET", path, nullptr);
  Page page{parsed(response), has_next(response)};
  if (!page.items.is_array()) throw Error(ExitCode::failed, fmt::format("'{}' answers with no list", patient_.address().text()));
  return page;
}

/// The server's own words, short, and without the token should it repeat it.
std::string Api::said(const Response& response) const {
  const Json body = Json::parse(response.body, nullptr, false);
  std::string text;
  if (body.is_object())
    for (const char* name : {"message", "error", "error_description", "errors"})
      if (const auto found = body.find(name); found != body.end() && !found->is_null())
        text += (text.empty() ? "" : "; ") + (found->is_string() ? found->get<std::string>() : record::dump(*found));
  text = Redactor({secret_}).redacted(text);
  return text.empty() ? "" : ": " + visible(std::string_view(text).substr(0, 300));
}

void Api::fail(const Response& response, const std::string& method, const std::string& path) const {
  const std::string place = patient_.address().text() + path.substr(0, path.find('?'));
  const std::string what = fmt::format("{} '{}': {}{}", method, place, response.status, said(response));
  if (response.status >= 300 && response.status < 400)
    throw Error(ExitCode::input, fmt::format("'{}' has moved, and the token is not taken along", place), "name the new place with --api or --project");
  if (response.status == 401 || response.status == 403 || response.status == 404)
    throw Denied(response.status, what, fmt::format("the token of '{}' needs {}", source_, needs_));
  if (response.status == 429) throw Error(ExitCode::later, what, "try again later");
  // Whether it was carried out nobody knows.
  if (response.status >= 500 && method == "POST") throw Unanswered(what, Unanswered::Sent::perhaps);
  throw Rejected(response.status, what);
}

std::string text_field(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? found->dump() : std::string();
}

}  // namespace sandbox::forge
