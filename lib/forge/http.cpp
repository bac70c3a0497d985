#include "forge/http.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::forge {

namespace {

constexpr long kConnectSeconds = 15, kSeconds = 120;
constexpr long kSlowBytes = 100, kSlowSeconds = 30;

struct Headers {
  curl_slist* first = nullptr;
  Headers() = default;
  Headers(const Headers&) = delete;
  ~Headers() { curl_slist_free_all(first); }
  void add(const std::string& line) {
    curl_slist* more = curl_slist_append(first, line.c_str());
    if (!more) throw std::bad_alloc();
    first = more;
  }
};

/// What a callback of C fills, and whether it had enough.
struct Arrival {
  Response response;
  std::size_t header_bytes = 0;
  bool too_much = false;
};

std::size_t take_body(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& arrival = *static_cast<Arrival*>(into);
  arrival.too_much = arrival.response.body.size() + size > Http::kMaxResponse;
  if (arrival.too_much) return 0;
  arrival.response.body.append(bytes, size);
  return size;
}

std::size_t take_header(char* bytes, std::size_t, std::size_t size, void* into) {
  auto& arrival = *static_cast<Arrival*>(into);
  arrival.too_much = (arrival.header_bytes += size) > Http::kMaxHeaders;
  if (arrival.too_much) return 0;
  std::string_view line(bytes, size);
  const std::size_t colon = line.find(':');
  if (colon == line.npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  line.remove_prefix(std::min(line.find_first_not_of(" \t", colon + 1), line.size()));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
  arrival.response.headers[name] = line;
  return size;
}

Unanswered::Sent was_sent(CURLcode code) {
  const bool never = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
                     code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
  return never ? Unanswered::Sent::never : Unanswered::Sent::perhaps;
}

}  // namespace

struct Http::Curl {
  CURL* handle;
  char said[CURL_ERROR_SIZE] = "";

  Curl() {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle = ready == CURLE_OK ? curl_easy_init() : nullptr;
    if (!handle) throw Error(ExitCode::failed, "cannot prepare HTTP");
  }
  Curl(const Curl&) = delete;
  ~Curl() { curl_easy_cleanup(handle); }

  template <class T>
  void set(CURLoption option, T value) {
    if (curl_easy_setopt(handle, option, value) != CURLE_OK) throw Error(ExitCode::failed, "cannot prepare a request");
  }

  void set_bounds() {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_TIMEOUT, kSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, kSlowBytes);
    set(CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
    set(CURLOPT_FOLLOWLOCATION, 0L);  // the token is for this host alone
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_ERRORBUFFER, said);
    set(CURLOPT_USERAGENT, "sandbox-comment/" SANDBOX_VERSION);
  }
};

Http::Http(Address address, std::vector<std::string> headers, std::string ca_file)
    : address_(std::move(address)), headers_(std::move(headers)), ca_file_(std::move(ca_file)), curl_(std::make_unique<Curl>()) {}
Http::~Http() = default;
Http::Http(Http&&) noexcept = default;

Response Http::exchange(const Request& request) {
  Curl& curl = *curl_;
  curl_easy_reset(curl.handle);  // keeps the connection
  curl.set_bounds();
  curl.set(CURLOPT_URL, (address_.text() + request.path).c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, address_.is_tls() ? "https" : "http");
  // A proxy would see everything of a request without TLS, and loopback is nowhere else.
  if (!address_.is_tls()) curl.set(CURLOPT_PROXY, "");
  if (!ca_file_.empty()) curl.set(CURLOPT_CAINFO, ca_file_.c_str());
  Headers headers;
  for (const std::string& header : headers_) headers.add(header);
  headers.add("Expect:");
  if (request.body) {
    headers.add("Content-Type: application/json");
    curl.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    curl.set(CURLOPT_POSTFIELDS, request.body->data());
  }
  // On a connection that was used before, libcurl sends again what was not answered: a second comment.
  if (request.method == "POST") curl.set(CURLOPT_FRESH_CONNECT, 1L);
  curl.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl.set(CURLOPT_HTTPHEADER, headers.first);
  Arrival arrival;
  curl.set(CURLOPT_WRITEFUNCTION, &take_body);
  curl.set(CURLOPT_WRITEDATA, static_cast<void*>(&arrival));
  curl.set(CURLOPT_HEADERFUNCTION, &take_header);
  curl.set(CURLOPT_HEADERDATA, static_cast<void*>(&arrival));
  const CURLcode code = curl_easy_perform(curl.handle);
  if (arrival.too_much) throw Error(ExitCode::failed, fmt::format("the answer of '{}' is larger than is believed", address_.text()));
  if (code != CURLE_OK)
    throw Unanswered(fmt::format("no answer from '{}': {}", address_.text(), visible(*curl.said ? curl.said : curl_easy_strerror(code))), was_sent(code));
  long status = 0;
  curl_off_t wait = 0;
  curl_easy_getinfo(curl.handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl.handle, CURLINFO_RETRY_AFTER, &wait);
  arrival.response.status = static_cast<int>(status);
  if (arrival.response.headers.contains("retry-after")) arrival.response.retry_after = std::chrono::seconds(std::max<curl_off_t>(wait, 0));
  return std::move(arrival.response);
}

}  // namespace sandbox::forge
