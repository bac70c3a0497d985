#include "doors/http_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "doors/http_head.hpp"

namespace sandbox::doors {

namespace {

constexpr std::size_t kMostLine = 4096, kMostTrailer = 16384;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

/// "1a2b[;extension]": nothing when two readers could take it differently.
std::optional<std::uint64_t> chunk_size(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  if (digits.empty() || digits.size() > 15 || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return size;
}

}  // namespace

std::string HttpRequests::feed(std::string_view bytes) {
  std::string out;
  while (!bytes.empty() && !problem_) {
    if (part_ == Part::head) take_head(bytes, out);
    else if (part_ == Part::body || part_ == Part::chunk) take_body(bytes, out);
    else take_line(bytes, out);
  }
  return problem_ ? std::string() : out;
}

void HttpRequests::take_head(std::string_view& bytes, std::string& out) {
  const std::size_t before = kept_.size();
  kept_ += bytes;
  // Each byte is looked for the end once, and the whole is read when it is there.
  const std::size_t from = before < kHeadEnd.size() ? 0 : before - kHeadEnd.size() + 1;
  if (kept_.find(kHeadEnd, from) == kept_.npos && kept_.size() < HttpHead::kMost) {
    bytes = {};
    return;
  }
  const HttpRead read = read_http_head(kept_);
  if (!read.head) return stop("not HTTP/1, or not as the standard wants it");
  const HttpHead& head = *read.head;
  if (head.form != HttpHead::Form::path) return stop("a request for a proxy, which is elsewhere");
  if (head.host.empty()) return stop("a request without a host");
  if (head.host != host_) return stop(fmt::format("the client asks for {} there", head.host), head.host);
  if (head.chunked && head.version != "HTTP/1.1") return stop("a body that HTTP/1.0 does not know");
  bytes.remove_prefix(head.length - before);
  kept_.resize(head.length);
  out += std::exchange(kept_, {});
  left_ = head.body.value_or(0);
  part_ = head.chunked ? Part::size : left_ > 0 ? Part::body : Part::head;
}

void HttpRequests::take_body(std::string_view& bytes, std::string& out) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  out += bytes.substr(0, count);
  bytes.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) part_ = part_ == Part::chunk ? Part::chunk_end : Part::head;
}

void HttpRequests::take_line(std::string_view& bytes, std::string& out) {
  const std::size_t newline = bytes.find('\n');
  const std::size_t count = newline == bytes.npos ? bytes.size() : newline + 1;
  kept_ += bytes.substr(0, count);
  bytes.remove_prefix(count);
  if (kept_.size() > kMostLine) return stop("a line without an end");
  if (newline == bytes.npos) return;
  const std::string line = std::exchange(kept_, {});
  if (!line.ends_with("\r\n") || line.find('\r') != line.size() - 2) return stop("a line that ends otherwise than lines do");
  judge_line(std::string_view(line).substr(0, line.size() - 2));
  out += line;
}

void HttpRequests::judge_line(std::string_view line) {
  if (part_ == Part::chunk_end) {
    if (!line.empty()) return stop("a chunk that is longer than it says");
    part_ = Part::size;
  } else if (part_ == Part::size) {
    const auto size = chunk_size(line);
    if (!size) return stop("a chunk of no size");
    left_ = *size;
    part_ = left_ > 0 ? Part::chunk : Part::trailer;
    trailer_ = 0;
  } else if (line.empty()) {
    part_ = Part::head;
  } else if ((trailer_ += line.size()) > kMostTrailer) {
    stop("a trailer without an end");
  }
}

}  // namespace sandbox::doors
