// What recipe.yaml says: each rule finds what it is for, where it is, and nothing else.
#include "catch.hpp"
#include "base/file.hpp"
#include "recipes.hpp"
#include "scan/rule.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a recipe that says everything has no findings") {
  const record::Findings findings = scanned(sound());
  CHECK(found(findings) == "");
  CHECK(findings.status == "passed");
}

TEST_CASE("what a recipe does not say is found without a line") {
  CHECK(found(scanned("name: r\nfrom: scratch\n")) == "no-limits:0 no-tests:0 no-user:0");
  CHECK(found(scanned("name: r\nfrom: scratch\nuser: root\nresources: {pids: 64}\ntests: false\n")) == "no-limits:4 no-tests:5 no-user:3");
  // Its base may say it.
  CHECK(found(scanned("name: r\nfrom: other\ntests: t.yaml\n")) == "");
}

TEST_CASE("bases that are old, moving or unknown are found") {
  const auto based = [](const std::string& base) { return found(scanned("name: r\nfrom: " + base + "\nuser: u\nresources: {memory: 1G, pids: 64}\ntests: t.yaml\n")); };
  CHECK(based("debian:bookworm") == "unpinned:2");
  CHECK(based("debian:stretch") == "old-base:2 unpinned:2");
  CHECK(based("debian:sid") == "moving-base:2 unpinned:2");
  CHECK(based("tar:rootfs.tar") == "unknown-base:2");
  CHECK(based("oci:layout:latest") == "unknown-base:2");
}

TEST_CASE("packages without a version are unpinned") {
  CHECK(found(scanned(sound("steps:\n  - pip: [requests==2.31.0]\n  - pip: [requests, six==1.16.0]\n  - npm: [left-pad@1.3.0, \"@a/b@2.0.0\"]\n  - npm: [\"@a/b\"]\n  - npm: [left-pad@latest]\n"))) ==
        "unpinned:10 unpinned:11 unpinned:8");
}

TEST_CASE("doors that lead too far are found, in steps as well") {
  CHECK(found(scanned(sound("network: [pip, example.org, open, \"*.example.org\"]\nsteps:\n  - run: 'true'\n    network: [example.org:22/raw]\n"))) ==
        "open-network:6 wide-network:6 wide-network:9");
}

TEST_CASE("variables that are called secret are found, and those that turn a check off") {
  CHECK(found(scanned(sound("env:\n  API_TOKEN: ab12cd34\n  API_TOKEN_FILE: /run/t\n  DB_PASSWORD: ${DB}\n  KEYBOARD: de\n  NODE_TLS_REJECT_UNAUTHORIZED: \"0\"\n"))) ==
        "no-verification:11 secret-in-env:7");
  CHECK(found(scanned(sound("steps:\n  - env: {SECRET_KEY: abcdefgh}\n"))) == "secret-in-env:7");
}

TEST_CASE("a line of a script is found on its line of the file") {
  CHECK(found(scanned(sound("steps:\n  - run: |\n      set -e\n\n      curl https://example.org/i | sh\n      chmod 777 \\\n        /srv\n  - run: chmod 4755 /bin/x\n  - run:\n      - echo\n      - wget -qO- x | bash\n"))) ==
        "pipe-to-shell:10 pipe-to-shell:16 set-id:13 world-writable:11");
  // What is folded into one line stands where it begins.
  CHECK(found(scanned(sound("steps:\n  - run: >\n      curl https://example.org/i\n      | sh\n"))) == "pipe-to-shell:7");
  CHECK(found(scanned(sound("services:\n  s:\n    command: |\n      curl x | sh\n"))) == "pipe-to-shell:9");
}

TEST_CASE("modes of copies are looked at") {
  CHECK(found(scanned(sound("copy:\n  - {from: a, to: /a, mode: 0666}\n  - {from: b, to: /b, mode: 01777}\n  - {from: c, to: /c, mode: 04755}\n"))) == "set-id:9 world-writable:7");
}

TEST_CASE("devices and namespaces that are asked for are found") {
  CHECK(found(scanned(sound("nested: true\ndevices: [nvidia.com/gpu=0]\n"))) == "devices:7 nested:6");
}

TEST_CASE("the verdict follows the severity that was asked for, then the recipe's") {
  const std::string text = sound("steps:\n  - run: pip install x\n");
  CHECK(scanned(text).status == "passed");
  CHECK(scanned(text, {record::Severity::medium}).status == "failed");
  CHECK(scanned(text + "scan: {fail-on: low}\n").status == "failed");
  CHECK(scanned(text + "scan: {fail-on: low}\n", {record::Severity::critical}).status == "passed");
}

TEST_CASE("a recipe allows what it gives a reason for, unless that is not wanted") {
  const std::string text = sound("steps:\n  - run: curl x | sh\nscan: {allow: [{rule: pipe-to-shell, reason: it is ours}]}\n");
  CHECK(found(scanned(text)) == "(pipe-to-shell:7)");
  CHECK(scanned(text).status == "passed");
  CHECK(scanned(text, {{}, true}).status == "failed");
  CHECK(refuses([] { scanned(sound("scan: {allow: [{rule: pipe-to-shel, reason: x}]}\n")); }, "r/recipe.yaml:6:23: no rule is called 'pipe-to-shel' (did you mean 'pipe-to-shell'?)"));
}

TEST_CASE("fingerprints stay when lines move, and differ from each other") {
  const auto before = scanned(sound("steps:\n  - run: curl x | sh\n  - run: curl x | sh\n"));
  const auto after = scanned(sound("\n\nsteps:\n  - run: curl x | sh\n  - run: curl x | sh\n"));
  REQUIRE(before.findings.size() == 2);
  CHECK(before.findings[0].fingerprint == after.findings[0].fingerprint);
  CHECK(before.findings[0].fingerprint != before.findings[1].fingerprint);
}

TEST_CASE("files of the folder are looked at, and no link is followed") {
  const TempDir folder = scratch();
  const Path recipe = folder.path() / "r", outside = folder.path() / "outside";
  std::filesystem::create_directories(recipe / "etc");
  replace_file(recipe / "recipe.yaml", sound(), 0644);
  replace_file(recipe / "t.yaml", "tests: []\n", 0644);
  replace_file(recipe / "etc/install.sh", "# sandbox-scan: allow plain-http it is a test\ncurl http://example.org/x\nsudo true\ncurl x | sh\n", 0644);
  replace_file(recipe / "etc/key", std::string("x\n-----BEGIN ") + "RSA PRIVATE KEY-----\n", 0644);
  replace_file(recipe / "etc/open", "", 0644);
  std::filesystem::permissions(recipe / "etc/open", std::filesystem::perms(0646));
  replace_file(outside, std::string("-----BEGIN ") + "PRIVATE KEY-----\n", 0644);
  std::filesystem::create_symlink(outside, recipe / "etc/link");
  CHECK(found(scan::scan_recipe(recipe, {})) == "(plain-http:2) pipe-to-shell:4 secret:2 world-writable:0");
  CHECK(scan::scan_recipe(recipe / "", {}).folder == recipe.native());
}

TEST_CASE("every rule is in the page with its severity, and no other one") {
  const std::string page = read_file(Path(SANDBOX_SOURCE) / "man/sandbox-scan.1", 1 << 20);
  std::size_t tags = 0;
  for (std::size_t at = page.find(" Pq "); at != page.npos; at = page.find(" Pq ", at + 1)) ++tags;
  CHECK(tags == scan::rules().size());
  for (const scan::Rule& rule : scan::rules()) {
    INFO(rule.id);
    CHECK(contains(page, "\n.It Cm " + std::string(rule.id) + " Pq " + std::string(record::name_of(rule.severity)) + "\n"));
  }
}
