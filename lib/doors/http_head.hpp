#pragma once
// HttpHead: the head of one HTTP/1 request, read as strictly as two readers need to agree on
// it: what a server could take otherwise (folded lines, bare line feeds, two lengths) is refused.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sandbox::doors {

struct HttpHead {
  static constexpr std::size_t kMost = 32768;

  enum class Form { connect, absolute, path };
  Form form = Form::path;
  std::string method;
  std::string host;  ///< of the target; of `path`: of the Host field, empty without one
  std::uint16_t port = 0;
  std::string path;
  std::string version;  ///< "HTTP/1.1"
  std::vector<std::pair<std::string, std::string>> fields;
  std::size_t length = 0;  ///< of the head, with the empty line
  std::optional<std::uint64_t> body;  ///< Content-Length
  bool chunked = false;
};

struct HttpProblem {
  int status;
  std::string_view text;
};

/// Either part is set, or neither while the head is not complete.
struct HttpRead {
  std::optional<HttpHead> head;
  std::optional<HttpProblem> problem;
};
HttpRead read_http_head(std::string_view bytes);

/// The reason phrase of a status that this project answers with.
std::string_view phrase_of(int status);

/// The head as the server behind a proxy gets it: its path, its own name as Host, nothing that
/// was meant for the proxy, and the end of the connection after one answer.
std::string forwarded_head(const HttpHead& head);

}  // namespace sandbox::doors
