#include "image/difference.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catch.hpp"
#include "image/deletion.hpp"
#include "scratch.hpp"

using namespace sandbox;

namespace {

/// Two layers; images are made of the first, or of both.
struct Layers {
  TempDir below = test::scratch(), above = test::scratch();
  record::Image lower, both;

  Layers() {
    for (const char* directory : {"etc", "var", "var/lib", "var/lib/dpkg", "old"}) ::mkdir((below.path() / directory).c_str(), 0755);
    replace_file(below.path() / "etc/same", "same", 0644);
    replace_file(below.path() / "etc/motd", "hello", 0644);
    replace_file(below.path() / "old/file", "x", 0644);
    ::symlink("motd", (below.path() / "etc/link").c_str());
    status(below, "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
                  "Package: gone\nStatus: install ok installed\nArchitecture: all\nVersion: 3\n");
    ::mkdir((above.path() / "etc").c_str(), 0755);
    lower.name = both.name = "mine";
    lower.layers = {{"sha256:a", 0, 0}};
    both.layers = {{"sha256:a", 0, 0}, {"sha256:b", 0, 0}};
  }

  void status(const TempDir& layer, const std::string& text) {
    for (const char* directory : {"var", "var/lib", "var/lib/dpkg"}) ::mkdir((layer.path() / directory).c_str(), 0755);
    replace_file(layer.path() / "var/lib/dpkg/status", text, 0644);
  }

  record::Difference find() const {
    return image::difference({lower, {below.path()}}, {both, {below.path(), above.path()}});
  }

  /// "+/new", "-/old", "~/etc/motd mode content"
  std::string lines() const {
    std::string text;
    for (const record::FileDifference& file : find().files) {
      text += (text.empty() ? "" : "; ") + std::string(!file.before ? "+" : !file.after ? "-" : "~") + file.path;
      for (const std::string& what : file.changed) text += " " + what;
    }
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(Layers, "an image does not differ from itself") {
  CHECK(lines().empty());
  replace_file(above.path() / "etc/motd", "hello", 0644);
  CHECK(lines().empty());
}

TEST_CASE_METHOD(Layers, "what was added, removed or changed is named with what changed") {
  replace_file(above.path() / "etc/motd", "jello", 0600);
  replace_file(above.path() / "etc/same", "longer", 0644);
  replace_file(above.path() / "new", "", 0644);
  ::symlink("same", (above.path() / "etc/link").c_str());
  image::make_whiteout(Fd(::open(above.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), "old");
  CHECK(lines() == "~/etc/link target; ~/etc/motd mode content; ~/etc/same size content; +/new; -/old; -/old/file");
  const record::Difference found = find();
  CHECK(found.file_counts.added == 1);
  CHECK(found.file_counts.removed == 2);
  CHECK(found.file_counts.changed == 3);
}

TEST_CASE_METHOD(Layers, "an opaque directory hides what was in it") {
  ::mkdir((above.path() / "old").c_str(), 0755);
  image::make_opaque(Fd(::open((above.path() / "old").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  replace_file(above.path() / "old/new", "", 0644);
  CHECK(lines() == "-/old/file; +/old/new");
}

TEST_CASE_METHOD(Layers, "a file in the place of a directory hides all of it") {
  replace_file(above.path() / "old", "", 0755);
  CHECK(lines() == "~/old type; -/old/file");
}

TEST_CASE_METHOD(Layers, "packages are compared by what dpkg says of them") {
  status(above, "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n\n"
                "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7\n");
  const record::Difference found = find();
  REQUIRE(found.packages.size() == 3);
  CHECK(found.packages[0].name == "curl");
  CHECK_FALSE(found.packages[0].before);
  CHECK(found.packages[1].name == "gone");
  CHECK_FALSE(found.packages[1].after);
  CHECK(found.packages[2].before == "1");
  CHECK(found.packages[2].after == "2");
  CHECK(found.package_counts.changed == 1);
}
