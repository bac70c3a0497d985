#include "request.hpp"

#include <random>

#include "catch.hpp"

using namespace sandbox;
using sandbox::agent::parse_request;
using wire::Kind;
using wire::Tag;

namespace {

/// The payload of a frame that the writer built.
std::string payload(wire::FieldWriter& writer) { return std::string(writer.bytes().substr(sizeof(wire::Header))); }

struct Builder {
  char buffer[4096];
  wire::FieldWriter writer{buffer, Kind::execute};
};

bool accepts(Kind kind, Builder& builder) {
  agent::Request request;
  const std::string bytes = payload(builder.writer);
  return parse_request(kind, bytes, request);
}

}  // namespace

TEST_CASE("a request's fields are read") {
  Builder b;
  b.writer.add(Tag::argument, "ls").add(Tag::argument, "").add(Tag::environment, "A=b").add(Tag::directory, "/x");
  b.writer.add(Tag::input).add_value(Tag::timeout_ms, std::uint64_t{1500}).add_value(Tag::terminal, wire::TerminalSize{30, 90});
  const std::string bytes = payload(b.writer);
  agent::Request request;
  REQUIRE(parse_request(Kind::execute, bytes, request));
  CHECK(request.arguments == 2);
  CHECK(request.variables == 1);
  CHECK(request.directory == "/x");
  CHECK(request.input);
  CHECK(request.timeout_ms == 1500);
  CHECK(request.terminal.columns == 90);
}

TEST_CASE("a request without its program, with a field twice or with a foreign one is refused") {
  Builder none, twice, foreign;
  CHECK_FALSE(accepts(Kind::execute, none));
  twice.writer.add(Tag::argument, "a").add(Tag::user, "x").add(Tag::user, "y");
  CHECK_FALSE(accepts(Kind::execute, twice));
  foreign.writer.add(Tag::argument, "a").add(Tag::path, "/x");
  CHECK_FALSE(accepts(Kind::execute, foreign));
  CHECK_FALSE(accepts(Kind::streams, none));
}

TEST_CASE("values out of range are refused") {
  const auto refused = [](Kind kind, auto fill) {
    Builder b;
    fill(b.writer);
    return !accepts(kind, b);
  };
  CHECK(refused(Kind::signal, [](auto& w) { w.add_value(Tag::number, std::uint64_t{0}); }));
  CHECK(refused(Kind::signal, [](auto& w) { w.add_value(Tag::number, std::uint64_t{65}); }));
  CHECK(refused(Kind::signal, [](auto& w) { w.add(Tag::number, "9"); }));
  CHECK(refused(Kind::attach, [](auto& w) { w.add_value(Tag::pid, std::uint64_t{1} << 40); }));
  CHECK(refused(Kind::put, [](auto& w) { w.add(Tag::path, "/x").add_value(Tag::mode, std::uint64_t{010000}); }));
  CHECK(refused(Kind::execute, [](auto& w) { w.add(Tag::argument, std::string_view("a\0b", 3)); }));
  CHECK(refused(Kind::execute, [](auto& w) { w.add(Tag::argument, "a").add(Tag::environment, "=x"); }));
  CHECK(refused(Kind::execute, [](auto& w) { w.add(Tag::argument, "a").add(Tag::environment, "NAME"); }));
  CHECK(refused(Kind::execute, [](auto& w) { w.add(Tag::argument, "a").add_value(Tag::timeout_ms, ~std::uint64_t{0}); }));
  CHECK(refused(Kind::execute, [](auto& w) { w.add(Tag::argument, "a").add(Tag::detach).add(Tag::input); }));
}

TEST_CASE("no payload makes the parser read past its end") {
  std::mt19937 generator(1);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(generator() % 48, '\0');
    for (char& byte : bytes) byte = static_cast<char>(generator() % 4 ? generator() % 16 : generator());
    agent::Request request;
    for (const Kind kind : {Kind::setup, Kind::execute, Kind::put, Kind::signal}) parse_request(kind, bytes, request);
  }
  SUCCEED();
}
