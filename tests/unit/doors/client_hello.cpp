#include "doors/client_hello.hpp"

#include "catch.hpp"

using namespace sandbox::doors;
using State = ClientHello::State;

namespace {

std::string sized(std::string_view bytes, int length_bytes) {
  std::string out;
  for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>(bytes.size() >> 8 * i & 0xFF);
  return out + std::string(bytes);
}

std::string extension(unsigned type, std::string_view body) {
  return std::string{static_cast<char>(type >> 8), static_cast<char>(type)} + sized(body, 2);
}

std::string name_extension(std::string_view name) {
  return extension(0, sized(std::string(1, '\0') + sized(name, 2), 2));
}

std::string message(std::string_view extensions) {
  const std::string body = std::string("\3\3") + std::string(32, 'r') + sized(std::string(32, 's'), 1) + sized("\x13\x01", 2) +
                           sized(std::string(1, '\0'), 1) + std::string(extensions);
  return std::string("\1") + sized(body, 3);
}

std::string record(std::string_view body) { return std::string("\x16\3\1") + sized(body, 2); }

std::string hello(std::string_view extensions) { return record(message(sized(extensions, 2))); }

State state_of(std::string_view bytes) {
  ClientHello reader;
  return reader.feed(bytes);
}

}  // namespace

TEST_CASE("the name is read, in one form") {
  ClientHello reader;
  CHECK(reader.feed(hello(extension(43, "xx") + name_extension("WWW.Example.org") + extension(51, "yy"))) == State::named);
  CHECK(reader.name() == "www.example.org");
}

TEST_CASE("a hello may come in any pieces of bytes and records") {
  const std::string whole = message(sized(name_extension("example.org"), 2));
  for (const std::size_t piece : {1u, 2u, 7u, 50u}) {
    std::string records;
    for (std::size_t at = 0; at < whole.size(); at += piece) records += record(std::string_view(whole).substr(at, piece));
    ClientHello reader;
    for (std::size_t at = 0; at + 1 < records.size(); ++at)
      REQUIRE(reader.feed(std::string_view(records).substr(at, 1)) == State::incomplete);
    CHECK(reader.feed(std::string_view(records).substr(records.size() - 1)) == State::named);
    CHECK(reader.name() == "example.org");
  }
}

TEST_CASE("a hello without a name is nameless, an encrypted one hidden") {
  CHECK(state_of(hello(extension(43, "xx"))) == State::nameless);
  CHECK(state_of(record(message(""))) == State::nameless);
  CHECK(state_of(hello(name_extension("example.org") + extension(0xFE0D, "inner"))) == State::hidden);
  CHECK(state_of(hello(extension(0xFE0D, "inner"))) == State::hidden);
  ClientHello reader;
  reader.feed(hello(extension(0xFE0D, "inner") + name_extension("example.org")));
  CHECK(reader.name() == "example.org");  // the name that it shows
}

TEST_CASE("what is not one clean hello is malformed") {
  CHECK(state_of("GET / HTTP/1.1\r\n") == State::malformed);
  CHECK(state_of("\x16\2\0\0\1") == State::malformed);
  CHECK(state_of(std::string("\x16\3\1\0\0", 5)) == State::malformed);           // an empty record
  CHECK(state_of("\x16\3\1\x40\1") == State::malformed);                          // longer than any record
  CHECK(state_of(record("\2")) == State::malformed);                              // another message
  CHECK(state_of(record("\1\xFF\xFF\xFF")) == State::malformed);                  // longer than any hello
  CHECK(state_of(hello(name_extension("a.org") + name_extension("b.org"))) == State::malformed);
  CHECK(state_of(hello(name_extension("a.org."))) == State::malformed);
  CHECK(state_of(hello(name_extension("127.0.0.1"))) == State::malformed);
  CHECK(state_of(hello(name_extension(std::string("a.org\0.b.org", 12)))) == State::malformed);
  CHECK(state_of(hello(name_extension(""))) == State::malformed);
  CHECK(state_of(hello(extension(0, sized(std::string(1, '\1') + sized("a.org", 2), 2)))) == State::malformed);
  const std::string two = sized(std::string(1, '\0') + sized("a.org", 2) + std::string(1, '\0') + sized("b.org", 2), 2);
  CHECK(state_of(hello(extension(0, two))) == State::malformed);
  CHECK(state_of(record(message(sized(name_extension("a.org"), 2) + "x"))) == State::malformed);
  CHECK(state_of(record(message(sized(name_extension("a.org"), 2)) + message(""))) == State::malformed);
}

TEST_CASE("any changed hello is read or refused, never worse") {
  const std::string whole = hello(extension(43, "xx") + name_extension("example.org"));
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      state_of(changed);
    }
}
