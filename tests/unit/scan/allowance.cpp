// Comments that allow a finding.
#include "catch.hpp"
#include "recipes.hpp"
#include "scan/allowance.hpp"

using namespace sandbox;
using namespace sandbox::test;
using scan::allowances_of;

TEST_CASE("a comment allows on its line, or on the next one that says something") {
  const std::string text = "# sandbox-scan: allow set-id one reason\n\n# another comment\nchmod 4755 x\nchmod 2755 y  # sandbox-scan: allow set-id other\n";
  const auto all = allowances_of(text, "f");
  REQUIRE(all.size() == 2);
  CHECK(all[0].line == 4);
  CHECK(all[0].reason == "one reason");
  CHECK(all[1].line == 5);
}

TEST_CASE("a comment about what has no line allows it from anywhere") {
  CHECK(found(scanned("# sandbox-scan: allow no-tests it is an example\nname: r\nfrom: other\n")) == "(no-tests:0)");
  CHECK(found(scanned(sound("steps:\n  - run: |\n      # sandbox-scan: allow pipe-to-shell ours\n      curl x | sh\n      curl y | sh\n"))) == "(pipe-to-shell:9) pipe-to-shell:10");
}

TEST_CASE("a comment that allows nothing that is there is a finding itself") {
  CHECK(found(scanned(sound("# sandbox-scan: allow set-id not here\n"))) == "unused-allow:6");
}

TEST_CASE("a comment without a rule that exists, or without a reason, is a mistake") {
  CHECK(refuses([] { allowances_of("\n# sandbox-scan: allow setid why\n", "f"); }, "f:2: no rule is called 'setid' (did you mean 'set-id'?)"));
  CHECK(refuses([] { allowances_of("# sandbox-scan: allow set-id\n", "f"); }, "f:1: 'set-id' is allowed without a reason"));
  CHECK(refuses([] { allowances_of("# sandbox-scan: ignore set-id x\n", "f"); }, "f:1: this comment for sandbox-scan allows nothing"));
  CHECK(refuses([] { allowances_of("# sandbox-scan: allow \x1b[2J x\n", "f"); }, "\\x1b"));
  CHECK(allowances_of("say \"# sandbox-scan\"\nx#sandbox-scan: allow\n", "f").empty());
}
