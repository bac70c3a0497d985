#include "doors/address.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::doors;
using namespace sandbox::test;

namespace {

Reach reach(std::string_view text) {
  const auto address = parse_address(text);
  if (!address) throw std::logic_error("no address: " + std::string(text));
  return reach_of(*address);
}

}  // namespace

TEST_CASE("public addresses may be dialled by everybody") {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "198.17.255.255",
                           "198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "64:ff9b::808:808", "::ffff:8.8.8.8"}) {
    INFO(text);
    CHECK(reach(text) == Reach::everybody);
  }
}

TEST_CASE("private and loopback addresses need consent, in every disguise") {
  for (const char* text : {"10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.255.255.254", "172.16.0.1", "172.31.255.255",
                           "192.168.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "::1", "fc00::1", "fdff::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3"}) {
    INFO(text);
    CHECK(reach(text) == Reach::consent);
    CHECK_FALSE(may_dial(*parse_address(text), {}));
    CHECK(may_dial(*parse_address(text), {.to_all_private = true}));
  }
}

TEST_CASE("metadata, link-local and senseless addresses are dialled by nobody's leave") {
  const std::array everything = {parse_block("0.0.0.0/0"), parse_block("::/0")};
  for (const char* text : {"169.254.169.254", "169.254.170.2", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
                           "fd00:ec2::254", "fd20:ce::254", "fe80::1", "fec0::1", "0.0.0.0", "0.1.2.3", "198.18.0.1",
                           "198.19.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
                           "::", "::127.0.0.1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::", "2002:808:808::", "100::1",
                           "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "::ffff:169.254.169.254",
                           "::ffff:0:0", "5f00::1", "4000::1", "3fff::1"}) {
    INFO(text);
    CHECK(reach(text) == Reach::nobody);
    CHECK_FALSE(may_dial(*parse_address(text), {true, everything}));
  }
}

TEST_CASE("a block consents to exactly its addresses") {
  const std::array blocks = {parse_block("10.1.0.0/16"), parse_block("fd12:3456::/32"), parse_block("127.0.0.1")};
  const Consent consent{false, blocks};
  CHECK(may_dial(*parse_address("10.1.255.255"), consent));
  CHECK(may_dial(*parse_address("::ffff:10.1.0.1"), consent));
  CHECK(may_dial(*parse_address("fd12:3456:ffff::1"), consent));
  CHECK(may_dial(*parse_address("127.0.0.1"), consent));
  for (const char* text : {"10.0.255.255", "10.2.0.0", "fd12:3457::1", "127.0.0.2", "::1"})
    CHECK_FALSE(may_dial(*parse_address(text), consent));
}

TEST_CASE("what is not exactly an address or a block is refused") {
  for (const char* text : {"", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1 ", "010.0.0.1", "fe80::1%eth0", "localhost", "1.2.3.4.5"})
    CHECK_FALSE(parse_address(text));
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10/8", "::/129", "fd00::1/8", "10.0.0.0/8/8", "x"})
    CHECK(refuses([&] { parse_block(text); }, "not a block"));
}

TEST_CASE("addresses survive text and sockets") {
  for (const char* text : {"192.0.2.1", "2001:db8::5"}) {
    socklen_t length = 0;
    const Address address = *parse_address(text);
    const sockaddr_storage socket = socket_address(address, 443, length);
    CHECK(address_text(address) == text);
    CHECK(address_of(socket) == address);
    CHECK(port_of(socket) == 443);
  }
}
