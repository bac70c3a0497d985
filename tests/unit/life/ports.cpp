#include <fcntl.h>

#include "base/error.hpp"
#include "catch.hpp"
#include "life/port_plan.hpp"
#include "life/ssh_keys.hpp"

using namespace sandbox;
using namespace sandbox::life;
using namespace sandbox::test;

TEST_CASE("a port is published by its number, and perhaps by the host's") {
  CHECK(parse_publishing("80").port == 80);
  CHECK_FALSE(parse_publishing("80").host_port);
  CHECK(parse_publishing("80:8080").host_port == 8080);
  for (const char* text : {"", "0", "65536", "80:", ":80", "80:0", "80:80:80", "+80", "80x", "http"})
    CHECK(refuses([&] { parse_publishing(text); }, "is not a port"));
  CHECK(refuses([] { parse_publishing("801"); }, "that of --ssh"));
}

TEST_CASE("of a public key its type and its bytes are taken, and nothing that could be an option") {
  CHECK(public_key("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== me@here") == "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==");
  CHECK(public_key("sk-ssh-ed25519@openssh.com AAAAC3NzaC1lZDI1NTE5AAAA") == "sk-ssh-ed25519@openssh.com AAAAC3NzaC1lZDI1NTE5AAAA");
  for (const char* line : {"", "# comment", "ssh-ed25519", "ssh-ed25519 short", "command=\"x\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA",
                           "ssh-ed25519 AAAAC3NzaC1lZDI1\nNTE5AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----"})
    CHECK_FALSE(public_key(line));
}
