#include "scan/version_order.hpp"

#include <string>
#include <vector>

#include "catch.hpp"

using namespace sandbox::scan;

namespace {

using Order = std::weak_ordering (*)(std::string_view, std::string_view);

bool is_before(Order compare, std::string_view a, std::string_view b) { return compare(a, b) < 0 && compare(b, a) > 0; }
bool is_same(Order compare, std::string_view a, std::string_view b) { return compare(a, b) == 0 && compare(b, a) == 0; }

/// Each is before all that come after it, and the same as itself.
void check_ascending(Order compare, const std::vector<std::string>& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i)
    for (std::size_t j = 0; j < versions.size(); ++j) {
      INFO(versions[i] << " and " << versions[j]);
      CHECK(is_before(compare, versions[i], versions[j]) == (i < j));
      CHECK(is_same(compare, versions[i], versions[j]) == (i == j));
    }
}

}  // namespace

TEST_CASE("Debian's versions are in dpkg's order") {
  check_ascending(compare_deb, {"1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-0+deb12u1", "1.0-1", "1.0-1+b1", "1.0-1.1", "1.0a", "1.0+dfsg-1", "1.0.1", "1.9", "1.10", "2.0",
                                "2:0.1", "10:0.0.1"});
  CHECK(is_same(compare_deb, "0:1.0-0", "1.0"));
  CHECK(is_same(compare_deb, "1.007", "1.7"));
  CHECK(is_before(compare_deb, "5.10.0-8-1", "5.10.0-8-2"));
}

TEST_CASE("semantic versions are in their order") {
  check_ascending(compare_semver, {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1",
                                   "1.2.0", "1.10.0", "2.0.0"});
  CHECK(is_same(compare_semver, "v1.2.3+incompatible", "1.2.3"));
  CHECK(is_same(compare_semver, "1.2", "1.2.0"));
  CHECK(is_before(compare_semver, "v0.0.0-20240101000000-abcdefabcdef", "v0.0.0-20240102000000-000000000000"));
  CHECK(is_before(compare_semver, "99999999999999999999999.0.0", "100000000000000000000000.0.0"));
}

TEST_CASE("Python's versions are in the order of PEP 440") {
  check_ascending(compare_pep440, {"1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345",
                                   "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1!0.1"});
  for (const char* same : {"1.0rc1", "1.0.RC-1", "v1.0_pre1", " 1.0c01 "}) CHECK(is_same(compare_pep440, same, "1.0.0rc1"));
  CHECK(is_same(compare_pep440, "1.0-1", "1.0.post1"));
  CHECK(is_same(compare_pep440, "1.0.0", "1"));
  CHECK(is_before(compare_pep440, "no version", "0.0.1"));
}

TEST_CASE("whatever stands for a version has a place in the order") {
  for (const Order compare : {compare_deb, compare_semver, compare_pep440})
    for (const std::string text : {"", "-", "~", ":", "!", "+", ".", "1..2", "\xff\x80", "1.0+"}) {
      CHECK(is_same(compare, text, text));
      CHECK((is_before(compare, text, "1.0") || is_before(compare, "1.0", text) || is_same(compare, text, "1.0")));
    }
}
