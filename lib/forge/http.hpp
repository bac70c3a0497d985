#pragma once
// Http: one exchange with one API, by libcurl. Certificates are checked, redirections are not
// followed, time and size are bounded; the secret header goes to this address and nowhere else.
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "forge/address.hpp"

namespace sandbox::forge {

struct Request {
  std::string method = "GET";
  std::string path;                 ///< from the address on: "/user?per_page=2"
  std::optional<std::string> body;  ///< JSON
};

struct Response {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  ///< names in lower case; the last of each
  std::optional<std::chrono::seconds> retry_after;
};

/// There is no answer. Whether the request was carried out nobody knows, unless it never left.
class Unanswered : public Error {
 public:
  enum class Sent { never, perhaps };
  Unanswered(const std::string& message, Sent sent) : Error(ExitCode::failed, message), sent_(sent) {}
  Sent sent() const { return sent_; }

 private:
  Sent sent_;
};

class Http {
 public:
  static constexpr std::size_t kMaxResponse = std::size_t{96} << 20;
  static constexpr std::size_t kMaxHeaders = 64 << 10;

  /// `headers` of every request; `ca_file`: who may sign the server's certificate, empty: whom the host trusts.
  Http(Address address, std::vector<std::string> headers, std::string ca_file);
  ~Http();
  Http(Http&&) noexcept;
  Http& operator=(Http&&) = delete;

  /// Whatever the server answers; throws Unanswered, or Error(failed) for an answer out of bounds.
  Response exchange(const Request& request);

  const Address& address() const { return address_; }

 private:
  struct Curl;
  Address address_;
  std::vector<std::string> headers_;
  std::string ca_file_;
  std::unique_ptr<Curl> curl_;
};

}  // namespace sandbox::forge
