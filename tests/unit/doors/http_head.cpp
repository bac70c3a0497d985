#include "doors/http_head.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

namespace {

HttpHead head_of(std::string_view text) {
  const HttpRead read = read_http_head(text);
  REQUIRE(read.head);
  return *read.head;
}

int problem_of(std::string_view text) {
  const HttpRead read = read_http_head(text);
  INFO(text);
  CHECK_FALSE(read.head);
  return read.problem ? read.problem->status : 0;
}

}  // namespace

TEST_CASE("CONNECT names a host and a port") {
  const HttpHead head = head_of("CONNECT Example.org:443 HTTP/1.1\r\nHost: other.example\r\n\r\nrest");
  CHECK(head.form == HttpHead::Form::connect);
  CHECK(head.host == "example.org");
  CHECK(head.port == 443);
  CHECK(head.length == 57);
}

TEST_CASE("an absolute target becomes a request to that host alone") {
  const HttpHead head = head_of(
      "GET http://example.org:8080/a?b#c HTTP/1.1\r\nHost: evil.example\r\nProxy-Authorization: x\r\n"
      "Connection: keep-alive\r\nAccept: */*\r\n\r\n");
  CHECK(head.form == HttpHead::Form::absolute);
  CHECK(forwarded_head(head) ==
        "GET /a?b HTTP/1.1\r\nHost: example.org:8080\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  CHECK(forwarded_head(head_of("GET http://example.org HTTP/1.0\r\n\r\n")) ==
        "GET / HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n");
  CHECK(forwarded_head(head_of("GET http://example.org?q HTTP/1.0\r\n\r\n")).starts_with("GET /?q HTTP/1.1\r\n"));
}

TEST_CASE("a plain request names its host in a field") {
  const HttpHead head = head_of("GET / HTTP/1.1\r\nHost: Example.org:80\r\nContent-Length: 5\r\n\r\n");
  CHECK(head.form == HttpHead::Form::path);
  CHECK(head.host == "example.org");
  CHECK(head.body == 5);
}

TEST_CASE("a head that is not complete is waited for, within bounds") {
  const std::string whole = "GET http://example.org/ HTTP/1.1\r\nA: b\r\n\r\n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const HttpRead read = read_http_head(std::string_view(whole).substr(0, length));
    CHECK_FALSE((read.head || read.problem));
  }
  CHECK(problem_of(std::string(HttpHead::kMost, 'a')) == 431);
  CHECK(problem_of("GET / HTTP/1.1\r\nA: " + std::string(HttpHead::kMost, 'a') + "\r\n\r\n") == 431);
}

TEST_CASE("what two readers could read in two ways is refused") {
  for (const char* text :
       {"GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "GET / HTTP/1.1\nA: b\r\n\r\n", "GET / HTTP/1.1\r\nA: b\nHost: c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.org\r\nHost: b.org\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", "GET https://example.org/ HTTP/1.1\r\n\r\n", "GET ftp://example.org/ HTTP/1.1\r\n\r\n",
        "GET http://user@example.org/ HTTP/1.1\r\n\r\n", "GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", "GET http://[::1]/ HTTP/1.1\r\n\r\n",
        "CONNECT example.org HTTP/1.1\r\n\r\n", "CONNECT example.org:0 HTTP/1.1\r\n\r\n", "CONNECT example.org:99999 HTTP/1.1\r\n\r\n",
        "CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n", "CONNECT http://example.org:80 HTTP/1.1\r\n\r\n", "\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n"})
    CHECK(problem_of(text) == 400);
  CHECK(problem_of(std::string_view("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 27)) == 400);
}

TEST_CASE("each status has its own phrase") {
  CHECK(phrase_of(400) == "Bad Request");
  CHECK(phrase_of(408) == "Request Timeout");
  CHECK(phrase_of(411) == "Length Required");
  CHECK(phrase_of(431) == "Request Header Fields Too Large");
  CHECK(phrase_of(504) == "Gateway Timeout");
}
