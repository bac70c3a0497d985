#include "doors/http_requests.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

namespace {

constexpr std::string_view kHost = "example.org";
const std::string kGet = "GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: Example.org:80\r\nContent-Length: 5\r\n\r\nhello";
const std::string kChunked = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: example.org\r\n\r\n"
                             "5\r\nhello\r\n1a;name=\"value\"\r\nGET / HTTP/1.1\r\nHost: evil\r\n0\r\nTrailer: x\r\n\r\n";

/// Everything that goes on when it comes in pieces of this size.
std::string passed(std::string_view bytes, std::size_t piece) {
  HttpRequests requests{std::string(kHost)};
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) out += requests.feed(bytes.substr(at, piece));
  CHECK_FALSE(requests.problem());
  return out;
}

std::string problem_of(const std::string& bytes) {
  HttpRequests requests{std::string(kHost)};
  const std::string out = requests.feed(bytes);
  REQUIRE(requests.problem());
  CHECK(out.empty());
  CHECK(requests.feed(kGet).empty());
  return requests.problem()->text;
}

}  // namespace

TEST_CASE("requests for the host go on unchanged, in any pieces") {
  const std::string all = kGet + kPost + kChunked + kGet + kGet;
  for (const std::size_t piece : {1u, 2u, 7u, 64u, 4096u}) CHECK(passed(all, piece) == all);
}

TEST_CASE("a head waits until it is complete, a body does not") {
  HttpRequests requests{std::string(kHost)};
  CHECK(requests.feed(kPost.substr(0, 40)).empty());
  CHECK(requests.feed(kPost.substr(40, kPost.size() - 43)) == kPost.substr(0, kPost.size() - 3));
  CHECK(requests.feed("l") == "l");
}

TEST_CASE("every request asks for the host, not only the first") {
  const std::string other = "GET / HTTP/1.1\r\nHost: evil.example.org\r\n\r\n";
  for (const std::string& before : {std::string(), kGet, kPost, kChunked}) {
    HttpRequests requests{std::string(kHost)};
    CHECK(requests.feed(before) == before);
    CHECK(requests.feed(other).empty());
    REQUIRE(requests.problem());
    CHECK(requests.problem()->host == "evil.example.org");
  }
}

TEST_CASE("what does not say for whom it is, or says it to a proxy, is refused") {
  CHECK(problem_of("GET / HTTP/1.0\r\n\r\n") == "a request without a host");
  CHECK(problem_of("GET / HTTP/1.1\r\nHost:\r\n\r\n") == "a request without a host");
  CHECK(problem_of("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n") == "a request for a proxy, which is elsewhere");
  CHECK(problem_of("GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n") == "a request for a proxy, which is elsewhere");
}

TEST_CASE("what two readers could take differently is refused") {
  for (const char* text : {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-x\r\n\r\n", "\r\n\r\n", "GET / HTTP/1.1\nHost: example.org\n\n\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: example.org\r\nHost: evil.example.org\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: example.org\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                           "GET / HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"})
    CHECK(problem_of(text) == "not HTTP/1, or not as the standard wants it");
  CHECK(problem_of(std::string(40000, 'a')) == "not HTTP/1, or not as the standard wants it");
  const std::string head = "PUT / HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* size : {"\r\n", "x\r\n", "-1\r\n", "0x5\r\n", " 5\r\n", "5 \r\n", "1000000000000000\r\n"})
    CHECK(problem_of(head + size) == "a chunk of no size");
  CHECK(problem_of(head + "5\n") == "a line that ends otherwise than lines do");
  CHECK(problem_of(head + "5\r;\r\n") == "a line that ends otherwise than lines do");
  CHECK(problem_of(head + "1\r\nab\r\n") == "a chunk that is longer than it says");
  CHECK(problem_of(head + std::string(5000, '1')) == "a line without an end");
  CHECK(problem_of("PUT / HTTP/1.0\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n") == "a body that HTTP/1.0 does not know");
  std::string trailer = head + "0\r\n";
  for (int i = 0; i < 20; ++i) trailer += std::string(1000, 'a') + "\r\n";
  CHECK(problem_of(trailer) == "a trailer without an end");
}
