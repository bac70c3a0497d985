#include "doors/dns.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

namespace {

std::string word(unsigned value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }

std::string labels(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

std::string header(unsigned flags, unsigned questions, unsigned additional = 0) {
  return word(0x1234) + word(flags) + word(questions) + word(0) + word(0) + word(additional);
}

std::string query(std::string_view name, unsigned type = 1, unsigned in = 1) {
  return header(0x0100, 1) + labels(name) + word(type) + word(in);
}

const std::string kEdns = std::string(1, '\0') + word(41) + word(4096) + std::string("\0\0\0\0", 4) + word(0);

struct Desk {
  NameTable names;
  Answered ask(const std::string& message) {
    return answer_query(message, names, [](std::string_view name) { return name == "example.org" || name.ends_with(".example.org"); });
  }
  unsigned code(const std::string& message) {
    const Answered answered = ask(message);
    REQUIRE(answered.message.size() >= 12);
    CHECK(answered.message.substr(0, 2) == word(0x1234));
    CHECK((answered.message[2] & 0x80) != 0);
    return answered.message[3] & 15;
  }
};

unsigned count(const std::string& message, std::size_t at) {
  return static_cast<unsigned char>(message[at]) << 8 | static_cast<unsigned char>(message[at + 1]);
}

}  // namespace

TEST_CASE("an allowed name has its address, whatever the case of its letters") {
  Desk desk;
  const std::string asked = query("Example.ORG");
  const std::string answer = desk.ask(asked).message;
  CHECK(answer.substr(12, asked.size() - 12) == asked.substr(12));  // the question comes back as it was
  CHECK(count(answer, 6) == 1);
  CHECK(answer.substr(answer.size() - 4) == std::string("\xC6\x12\x01\x00", 4));
  CHECK(desk.ask(query("example.org")).message.substr(answer.size() - 4) == std::string("\xC6\x12\x01\x00", 4));
}

TEST_CASE("an allowed name has nothing but an IPv4 address") {
  Desk desk;
  for (const unsigned type : {28u, 16u, 15u, 6u, 12u, 33u, 64u, 65u, 0u, 65535u}) {
    CHECK(desk.code(query("example.org", type)) == 0);
    CHECK(count(desk.ask(query("example.org", type)).message, 6) == 0);
  }
  CHECK(desk.names.size() == 0);
  CHECK(count(desk.ask(query("example.org", 255)).message, 6) == 1);
}

TEST_CASE("every other name does not exist, and is reported") {
  Desk desk;
  CHECK(desk.code(query("secret.attacker.test")) == 3);
  CHECK(desk.ask(query("secret.Attacker.test")).refused == "secret.attacker.test");
  CHECK(desk.code(query("1.0.18.198.in-addr.arpa", 12)) == 3);
  CHECK(desk.code(query("")) == 3);
  CHECK(desk.code(query("127.0.0.1")) == 3);
  CHECK(desk.code(header(0x0100, 1) + std::string("\3a b\0", 5) + word(1) + word(1)) == 3);
}

TEST_CASE("EDNS is answered with EDNS, a later version with BADVERS") {
  Desk desk;
  const std::string asked = header(0x0100, 1, 1) + query("example.org").substr(12) + kEdns;
  const std::string answer = desk.ask(asked).message;
  CHECK(count(answer, 10) == 1);
  CHECK(answer.size() == asked.size() + 16);
  std::string later = asked;
  later[asked.size() - 5] = 1;
  const std::string refused = desk.ask(later).message;
  CHECK((refused[3] & 15) == 0);
  CHECK(refused[refused.size() - 6] == 1);
  CHECK(desk.code(header(0x0100, 1, 2) + query("example.org").substr(12) + kEdns + kEdns) == 1);
}

TEST_CASE("messages that are no query of one name are refused") {
  Desk desk;
  CHECK(desk.ask("").message.empty());
  CHECK(desk.ask("short").message.empty());
  CHECK(desk.ask(word(1) + word(0x8180) + std::string(8, '\0')).message.empty());  // an answer
  CHECK(desk.code(header(0x0900, 1) + labels("example.org") + word(1) + word(1)) == 4);
  CHECK(desk.code(header(0x0100, 0)) == 1);
  CHECK(desk.code(header(0x0100, 2) + labels("example.org") + word(1) + word(1)) == 1);
  CHECK(desk.code(header(0x0100, 1)) == 1);
  CHECK(desk.code(query("example.org", 1, 3)) == 5);
}

TEST_CASE("loops, long labels and long names end in a format error") {
  Desk desk;
  CHECK(desk.code(header(0x0100, 1) + std::string("\xC0\x0C", 2) + word(1) + word(1)) == 1);  // itself
  CHECK(desk.code(header(0x0100, 1) + std::string("\x3F", 1) + std::string(10, 'a')) == 1);
  CHECK(desk.code(header(0x0100, 1) + std::string("\x40", 1) + std::string(64, 'a') + '\0' + word(1) + word(1)) == 1);
  std::string name;
  for (int i = 0; i < 4; ++i) name += std::string(1, 63) + std::string(63, 'a');
  CHECK(desk.code(header(0x0100, 1) + name + '\0' + word(1) + word(1)) == 1);
  name.erase(0, 3);
  name[0] = 61;
  name.resize(name.size());
  CHECK(desk.code(header(0x0100, 1) + name.substr(0, 62) + '\0' + word(1) + word(1)) == 3);
}

TEST_CASE("any cut or changed message is answered or dropped, never worse") {
  Desk desk;
  const std::string whole = header(0x0100, 1, 1) + query("example.org").substr(12) + kEdns;
  for (std::size_t length = 0; length <= whole.size(); ++length) desk.ask(whole.substr(0, length));
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      CHECK(desk.ask(changed).message.size() <= 512);
    }
}
