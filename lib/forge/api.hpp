#pragma once
// Api: a forge's API as JSON in and out. An answer that is no success becomes an error that says
// what the server said, without the token, and what it takes.
#include <set>
#include <string>

#include "forge/patience.hpp"
#include "forge/token.hpp"
#include "record/json.hpp"

namespace sandbox::forge {

/// The token may not do this: 401, 403, 404.
class Denied : public Error {
 public:
  Denied(int status, const std::string& message, std::string hint) : Error(ExitCode::input, message, std::move(hint)), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// The server refuses what it was sent.
class Rejected : public Error {
 public:
  Rejected(int status, const std::string& message) : Error(ExitCode::failed, message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

/// How to reach an API.
struct Connection {
  Address address;
  Token token;
  std::string ca_file;
  std::chrono::milliseconds patience{120'000};
};

class Api {
 public:
  /// `headers` beside the secret one; `needs`: what a token must be allowed to, as a hint.
  Api(const Connection& connection, std::string secret_header, std::vector<std::string> headers, std::string needs);

  /// What the server answers; null when it has nothing to say.
  Json ask(const std::string& method, const std::string& path, const Json& body = nullptr);

  struct Page {
    Json items;  ///< an array
    bool more = false;
  };
  Page page(const std::string& path);

 private:
  Response answered(const std::string& method, const std::string& path, const Json& body);
  Json parsed(const Response& response) const;
  [[noreturn]] void fail(const Response& response, const std::string& method, const std::string& path) const;
  std::string said(const Response& response) const;
  Patient patient_;
  std::string secret_, source_, needs_;
};

/// The field as text: a string, or a number written out. Empty when it is neither.
std::string text_field(const Json& object, const char* name);

}  // namespace sandbox::forge
