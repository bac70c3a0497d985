#include "build/lock.hpp"

#include "build/taken.hpp"
#include "catch.hpp"

using namespace sandbox;
using build::Lock;
using build::Locked;
using build::LockedPackage;

namespace {

const std::string kSum = "sha256:" + std::string(64, 'a');

Lock lock_of(std::vector<Locked> entries) { return {"recipe.lock", build::debian_architecture(), {}, std::move(entries)}; }

std::string refusal(const std::string& entry) {
  return test::error_of([&] { build::parse_lock("lock: 1\narchitecture: amd64\nentries:\n" + entry, "l"); }).what();
}

std::string misfit(const Lock& lock, const std::vector<Locked>& wanted) {
  const Error error = test::error_of([&] { build::check_fits(lock, wanted); });
  CHECK(error.code() == ExitCode::no);
  CHECK(error.hint() == "write the lock anew: sandbox-build --update-lock");
  return error.what();
}

}  // namespace

TEST_CASE("a lock that is written reads the same") {
  const Lock lock = lock_of({{.of = "debian:bookworm",
                              .asked = {"g++", "git=1:2.39.5-0+deb12u2"},
                              .digest = "",
                              .packages = {{"libattr1", "1:2.5.1-4", "amd64", kSum}, {"apt", "2.6.1~x", "all", kSum}}},
                             {.of = "pip", .asked = {"six==1.16.0"}, .packages = {{"six", "1.16.0", "", kSum}}},
                             {.of = "npm", .asked = {"@scope/name"}, .npm = R"({"packages": {"": {"name": "ä\n"}}})"},
                             {.of = "tar:a b", .digest = kSum}});
  const std::string text = build::lock_text(lock);
  const Lock read = build::parse_lock(text, "recipe.lock");
  CHECK(build::lock_text(read) == text);
  REQUIRE(read.entries.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(build::canonical_text(read.entries[i]) == build::canonical_text(lock.entries[i]));
  CHECK(read.entries[0].packages[1].place.line == 9);
  build::check_fits(read, lock.entries);
  CHECK(build::lock_text(lock_of({})).ends_with("entries: []\n"));
}

TEST_CASE("what would be an option or a command inside is no lock") {
  const auto package = [](const std::string& text) { return "  - of: pip\n    packages: [\"" + text + "\"]\n"; };
  CHECK(build::parse_lock("lock: 1\nentries:\n" + package("a 1 " + kSum), "l").entries.size() == 1);
  for (const std::string& bad : std::vector<std::string>{"--x 1 " + kSum, "a 1;b " + kSum, "a $(b) " + kSum, "a 1 b c " + kSum, "a " + kSum, "a 1 sha256:00", "a  " + kSum})
    CHECK(refusal(package(bad)) == "l:5:16: expected NAME VERSION [ARCHITECTURE] sha256:DIGEST");
  CHECK(refusal("  - of: npm\n    npm: \"{\"\n") == "l:5:10: not a package-lock.json");
  CHECK(refusal("  - asked: [a]\n") == "l:4:5: 'of' is missing");
  CHECK(refusal("  - {of: x, digest: md5}\n") == "l:4:21: expected sha256:DIGEST");
}

TEST_CASE("a lock fits the recipe that it was written for and no other") {
  const std::vector<Locked> wanted = {{.of = "debian:bookworm", .asked = {"jq"}}, {.of = "pip", .asked = {"six"}}};
  Lock lock = lock_of(wanted);
  build::check_fits(lock, wanted);
  lock.entries[1].place.line = 9;
  CHECK(misfit(lock, {wanted[0]}) == "recipe.lock:9: the recipe has no 'pip' there");
  CHECK(misfit(lock, {wanted[0], {.of = "pip", .asked = {"other"}}}) == "recipe.lock:9: the recipe's 'pip' lists other packages than are locked");
  CHECK(misfit(lock, {wanted[0], wanted[1], {.of = "npm"}}) == "recipe.lock:1: the recipe's 'npm' is not locked");
  CHECK(misfit(lock, {wanted[0], {.of = "pip", .asked = {"six"}, .digest = kSum}}) == "recipe.lock:9: 'pip' is another than the one that is locked");
  lock.architecture = "m68k";
  CHECK(misfit(lock, wanted).starts_with("recipe.lock:1: the lock is for 'm68k'"));
}

TEST_CASE("what package managers say of what they took") {
  const std::string sum(64, 'b');
  const auto apt = build::parse_apt_uris("'http://x/libattr1_2.5.deb' libattr1_1%3a2.5.1-4_amd64.deb 22164 SHA256:" + sum + "\n");
  REQUIRE(apt.size() == 1);
  CHECK(apt[0].version == "1:2.5.1-4");
  CHECK(build::apt_words(apt) == "libattr1:amd64=1:2.5.1-4\n");
  CHECK(build::pinned_names({"libattr1/bookworm", "libattr1=1", "other"}, apt) ==
        std::vector<std::string>{"libattr1=1:2.5.1-4", "libattr1=1:2.5.1-4", "other"});
  const auto pip = build::parse_requirements("six==1.16.0 --hash=sha256:" + sum + "\n");
  REQUIRE(pip.size() == 1);
  CHECK(build::requirements_text(pip) == "six==1.16.0 --hash=sha256:" + sum + "\n");
  for (const char* odd : {"x", "'u' a_b.deb 1 SHA256:x", "'u' a_1_all.deb 1 MD5:x", "'u' a_1_all.udeb 1 SHA256:x"})
    CHECK(test::error_of([&] { build::parse_apt_uris(odd); }).code() == ExitCode::no);
  for (const char* odd : {"six", "six --hash=x==1"})
    CHECK(test::error_of([&] { build::parse_requirements(odd); }).code() == ExitCode::no);
}
