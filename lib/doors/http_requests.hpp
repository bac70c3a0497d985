#pragma once
// HttpRequests: follows the requests of one HTTP/1 connection, with their bodies, as they
// trickle in. What goes on was looked at: each request asks for the one host that it may. Bodies
// are counted, not kept; what does not read as one clean request after the other ends it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::doors {

class HttpRequests {
 public:
  explicit HttpRequests(std::string host) : host_(std::move(host)) {}

  /// Takes what came, and returns what of it and before it may go on now.
  std::string feed(std::string_view bytes);

  struct Problem {
    std::string text;
    std::string host;  ///< that it asks for, where it is another one
  };
  /// Set once: nothing goes on any more.
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  enum class Part { head, body, size, chunk, chunk_end, trailer };

  void take_head(std::string_view& bytes, std::string& out);
  void take_body(std::string_view& bytes, std::string& out);
  void take_line(std::string_view& bytes, std::string& out);
  void judge_line(std::string_view line);
  void stop(std::string text, std::string host = {}) { problem_ = Problem{std::move(text), std::move(host)}; }

  std::string host_;
  Part part_ = Part::head;
  std::string kept_;        ///< of a head or a line that is not complete
  std::uint64_t left_ = 0;  ///< of a body or a chunk
  std::size_t trailer_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace sandbox::doors
