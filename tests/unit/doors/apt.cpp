#include "doors/apt.hpp"

#include <sys/stat.h>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::doors;

TEST_CASE("one-line sources are read with their options") {
  const auto sources = parse_apt_list("# deb http://old.test/debian bookworm main\n"
                                      "deb [arch=amd64 signed-by=/k.gpg] http://a.test/debian bookworm main contrib # x\n"
                                      "deb-src http://a.test/debian bookworm main\n"
                                      "deb http://b.test/debian bookworm-updates main\n\n");
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].uris == std::vector<std::string>{"http://a.test/debian"});
  CHECK(sources[0].components == std::vector<std::string>{"main", "contrib"});
  CHECK(sources[0].signed_by == "/k.gpg");
  CHECK(sources[1].suites == std::vector<std::string>{"bookworm-updates"});
}

TEST_CASE("deb822 sources are read with comments, several suites and inline keys") {
  const auto sources = parse_apt_sources("# first\nTypes: deb deb-src\nURIs: http://a.test/debian\n"
                                         "# between\nSuites: bookworm\n bookworm-updates\nComponents: main\n"
                                         "Signed-By:\n -----BEGIN\n .\n x\n\n\n"
                                         "Types: deb\nEnabled: no\nURIs: http://b.test\nSuites: x\nComponents: main\n\n"
                                         "types: deb-src\nURIs: http://c.test\nSuites: x\n");
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].suites == std::vector<std::string>{"bookworm", "bookworm-updates"});
  CHECK(sources[0].enabled);
  CHECK_FALSE(sources[1].enabled);
  CHECK(test::contains(sources[0].signed_by, " x"));
}

TEST_CASE("only the distribution's own archives are taken, and turned to the wanted release") {
  const std::vector<AptSource> host = {
      {{"http://m.test/debian"}, {"bookworm", "bookworm-updates"}, {"main"}, "/usr/share/keyrings/debian-archive-keyring.gpg"},
      {{"http://s.test/debian-security"}, {"bookworm-security"}, {"main"}, ""},
      {{"http://vendor.test"}, {"bookworm"}, {"main"}, "/etc/apt/keyrings/vendor.gpg"},
      {{"http://other.test"}, {"bookworm"}, {"stable"}, ""},
      {{"http://x.test"}, {"nodistro"}, {"main"}, ""}};
  const auto chosen = sources_for(host, "bookworm", "trixie");
  REQUIRE(chosen.size() == 2);
  CHECK(chosen[0].suites == std::vector<std::string>{"trixie", "trixie-updates"});
  CHECK(chosen[1].suites == std::vector<std::string>{"trixie-security"});
  CHECK(test::error_of([] { sources_for({}, "bookworm", "trixie"); }).code() == ExitCode::host);
}

TEST_CASE("passwords do not reach the image's sources") {
  const std::vector<AptSource> sources = {{{"https://user:pa@ss@m.test/debian/@x"}, {"bookworm"}, {"main"}, ""}};
  CHECK(test::contains(deb822(sources, Credentials::kept), "user:pa@ss@"));
  CHECK(test::contains(deb822(sources, Credentials::removed), "URIs: https://m.test/debian/@x\n"));
}

TEST_CASE("the fingerprint follows every file that decides what apt fetches") {
  const TempDir etc = test::scratch();
  for (const char* folder : {"apt", "apt/sources.list.d", "apt/apt.conf.d"}) ::mkdir((etc.path() / folder).c_str(), 0755);
  const std::string empty = apt_fingerprint(etc.path());
  CHECK(apt_fingerprint(etc.path()) == empty);
  replace_file(etc.path() / "apt/sources.list.d/x.list", "deb http://a.test x main\n");
  const std::string one = apt_fingerprint(etc.path());
  replace_file(etc.path() / "apt/apt.conf.d/50proxy", "Acquire::http::Proxy \"http://p.test\";\n");
  CHECK(one != empty);
  CHECK(apt_fingerprint(etc.path()) != one);
  CHECK(host_apt_sources(etc.path()).size() == 1);
}

TEST_CASE("backports come from where the release itself does") {
  const std::vector<AptSource> base = {{{"http://s.test"}, {"bookworm-security"}, {"main"}, ""},
                                       {{"http://m.test"}, {"bookworm", "bookworm-updates"}, {"main", "contrib"}, "/k.gpg"}};
  const auto more = with_suites(base, "bookworm", {"bookworm-updates", "bookworm-backports"});
  REQUIRE(more.size() == 3);
  CHECK(more[2].uris == std::vector<std::string>{"http://m.test"});
  CHECK(more[2].suites == std::vector<std::string>{"bookworm-backports"});
  CHECK(more[2].components == base[1].components);
  CHECK(more[2].signed_by == "/k.gpg");
  CHECK(with_suites(base, "bookworm", {}).size() == 2);
}

TEST_CASE("another distribution comes from an entry for that release, signed by that distribution") {
  const std::string key = "/usr/share/keyrings/ubuntu-archive-keyring.gpg";
  const std::vector<AptSource> host = {{{"http://u.test"}, {"jammy", "jammy-updates", "noble"}, {"main", "universe"}, key, false},
                                       {{"http://ppa.test"}, {"jammy"}, {"main"}, "/etc/apt/keyrings/ppa.gpg"},
                                       {{"http://d.test"}, {"bookworm"}, {"main"}, "/usr/share/keyrings/debian-archive-keyring.gpg"}};
  const auto chosen = foreign_sources(host, "ubuntu", "jammy");
  REQUIRE(chosen.size() == 1);
  CHECK(chosen[0].uris == std::vector<std::string>{"http://u.test"});
  CHECK(chosen[0].suites == std::vector<std::string>{"jammy", "jammy-updates"});
  CHECK(foreign_sources(host, "debian", "bookworm").size() == 1);
  const Error missing = test::error_of([&] { foreign_sources(host, "ubuntu", "focal"); });
  CHECK(missing.code() == ExitCode::host);
  CHECK(test::contains(missing.hint(), "apt-get install ubuntu-keyring"));
  // apt itself installs nothing from an entry that is switched off, and neither do we from the host's own.
  CHECK(test::error_of([&] { sources_for({{{"http://x.test"}, {"bookworm"}, {"main"}, "", false}}, "bookworm", "bookworm"); }).code() ==
        ExitCode::host);
}
