// Lines of shell, and the rule that each of them meets.
#include "scan/script.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

std::string doubts(const std::string& script) {
  std::string all;
  for (const scan::Doubt& doubt : scan::doubts_about(scan::script_lines(script))) all += (all.empty() ? "" : " ") + std::string(doubt.rule) + ":" + std::to_string(doubt.line);
  return all;
}

}  // namespace

TEST_CASE("what a server sends and is run at once is found in all its forms") {
  for (const char* line : {"curl https://e.org/i.sh | sh", "curl -fsSL 'https://e.org/?a=1&b=2' | sudo -E bash -s -- -y", "wget -qO- https://e.org/i | gunzip | sh", "bash -c \"$(curl -fsSL https://e.org/i)\"",
                           "bash <(curl https://e.org/i)", "eval \"$(curl https://e.org/i)\"", "curl https://e.org/get.py | python3 -", ". <(curl https://e.org/i)", "curl x |\\\n  bash", "curl x | /bin/sh",
                           "curl x | env bash"}) {
    INFO(line);
    CHECK(contains(doubts(line), "pipe-to-shell:1"));
  }
  for (const char* line : {"curl https://e.org/x | sha256sum -c sums", "curl -fsS https://e.org/x | jq .", "echo curl | shuf", "curl x; ls | sh", "# curl x | sh"}) {
    INFO(line);
    CHECK_FALSE(contains(doubts(line), "pipe-to-shell"));
  }
}

TEST_CASE("checks that are turned off are found") {
  for (const char* line : {"curl -k https://e.org", "curl -sk https://e.org", "curl --insecure x", "wget --no-check-certificate x", "apt-get update --allow-unauthenticated", "git -c http.sslVerify=false clone x",
                           "export NODE_TLS_REJECT_UNAUTHORIZED=0", "pip --trusted-host e.org download x", "npm config set strict-ssl false", "echo 'deb [trusted=yes] x' >l", "ssh -o StrictHostKeyChecking=no h"}) {
    INFO(line);
    CHECK(contains(doubts(line), "no-verification:1"));
  }
  CHECK(doubts("curl --silent https://e.org/k | jq .\ngrep -k x") == "");
}

TEST_CASE("a download needs a comparison somewhere in its script, unless it comes from here") {
  CHECK(doubts("curl -fsSLo x https://e.org/x\ntar xf x") == "unchecked-download:1");
  CHECK(doubts("wget https://e.org/x") == "unchecked-download:1");
  CHECK(doubts("wget https://e.org/x\necho \"$sum x\" | sha256sum -c") == "");
  CHECK(doubts("curl -s -o /dev/null https://e.org/\ncurl -o x http://127.0.0.1:80/") == "");
}

TEST_CASE("without TLS what is fetched can be changed, except from here") {
  CHECK(doubts("curl http://e.org/x") == "plain-http:1");
  CHECK(doubts("curl http://localhost/x http://e.org/x") == "plain-http:1");
  CHECK(doubts("curl http://localhost:80/x http://127.0.0.1/ 'http://[::1]/'\necho http://e.org") == "");
}

TEST_CASE("installing past the lock is found") {
  for (const char* line : {"pip install x", "pip3 install -r r.txt", "python3 -m pip install x", "npm i x", "npm install", "apt-get -y install x", "cargo install x", "go install e.org/x@latest"}) {
    INFO(line);
    CHECK(doubts(line) == "unlocked-install:1");
  }
  CHECK(doubts("pip install --require-hashes -r r\nnpm ci\ncargo install --locked x\ngo install e.org/x@v1.2.3\npip --version") == "");
}

TEST_CASE("modes that give others too much are found") {
  for (const char* line : {"chmod 777 /x", "chmod -R 0777 /x", "chmod a+w /x", "chmod o=rwx /x", "chmod ugo+rw /x"}) CHECK(doubts(line) == "world-writable:1");
  for (const char* line : {"chmod 4755 /x", "chmod 02755 /x", "chmod u+s /x", "chmod ug+xs /x", "setcap cap_net_raw=ep /x"}) CHECK(doubts(line) == "set-id:1");
  CHECK(doubts("chmod 1777 /tmp\nchmod 755 /x\nchmod +x /x\nchmod u+w /x\nchmod go-w /x\nchmod 0640 /x") == "");
  CHECK(doubts("echo 'u ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/u") == "passwordless-sudo:1");
}

TEST_CASE("lines that go on are one, and have the number of the first") {
  const auto lines = scan::script_lines("a \\\n b\n# c \\\nd\r\n\\", 5);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].text == "a b");
  CHECK(lines[0].number == 5);
  CHECK(lines[1].number == 8);
  CHECK(lines[1].text == "d");
}

TEST_CASE("a script is known by its first line or its name") {
  CHECK(scan::is_script("x", "#!/bin/sh\n"));
  CHECK(scan::is_script("x", "#!/usr/bin/env bash\n"));
  CHECK(scan::is_script("x.sh", ""));
  CHECK_FALSE(scan::is_script("x", "#!/usr/bin/python3\n"));
}

TEST_CASE("very long lines and many of them cost time in proportion") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "curl " + std::string(20'000, 'x') + "\\\n";
  CHECK_NOTHROW(doubts(text));
}
