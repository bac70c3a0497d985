// Packages: the files that say what is installed, and the bill of materials.
#include <sys/stat.h>

#include "catch.hpp"
#include "scan/cyclonedx.hpp"
#include "scan/go_modules.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

const scan::Distribution kDebian = {"debian", "12"};

void put(const Path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  replace_file(file, text, 0644);
}

}  // namespace

TEST_CASE("package URLs are as their ecosystems write them") {
  using enum scan::Ecosystem;
  CHECK(scan::purl_of({deb, "curl", "1:7.88.1-10+deb12u12", "amd64", "", "", ""}, kDebian) == "pkg:deb/debian/curl@1%3A7.88.1-10%2Bdeb12u12?arch=amd64&distro=debian-12");
  CHECK(scan::purl_of({npm, "@babel/core", "7.24.0", "", "", "", ""}, {}) == "pkg:npm/%40babel/core@7.24.0");
  CHECK(scan::purl_of({golang, "example.org/m/v2", "v2.0.0", "", "", "", ""}, {}) == "pkg:golang/example.org/m/v2@v2.0.0");
  CHECK(scan::purl_of({cargo, "serde", "1.0.1", "", "", "", ""}, {}) == "pkg:cargo/serde@1.0.1");
}

TEST_CASE("names of Python's packages are one name however they are written") {
  const auto package = scan::python_package("Metadata-Version: 2.1\r\nName: Foo_Bar.baz\r\nVersion: 1.0\r\n\r\nVersion: 9\r\n");
  REQUIRE(package);
  CHECK(package->name == "foo-bar-baz");
  CHECK(package->version == "1.0");
}

TEST_CASE("of Cargo's lock what was taken from elsewhere is listed") {
  const auto all = scan::cargo_packages("version = 3\n\n[[package]]\nname = \"mine\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nsource = \"registry+x\"\n");
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "serde");
}

TEST_CASE("of Go's modules the one that replaces another is listed") {
  const auto all = scan::parse_go_modules("path\tx\nmod\tx\t(devel)\t\ndep\texample.org/a\tv1.0.0\th1:x\ndep\texample.org/b\tv1.0.0\n=>\texample.org/c\tv2.0.0\th1:y\n");
  REQUIRE(all.size() == 2);
  CHECK(all[1].name == "example.org/c");
}

TEST_CASE("what does not read as it should is no package") {
  for (const char* text : {"", "{", "[]", "{\"name\":7,\"version\":\"1\"}", "{\"name\":\"a b\",\"version\":\"1\"}", "{\"name\":\"a\"}", "{\"name\":\"a\\u001b[2J\",\"version\":\"1\"}"}) CHECK_FALSE(scan::npm_package(text));
  CHECK_FALSE(scan::python_package("Name: \xff\nVersion: 1\n"));
  CHECK(scan::go_modules([](std::uint64_t, std::size_t size) { return std::string(size, '\xff'); }).empty());
  CHECK(scan::parse_os_release("ID=\"a\x1b[2J b\"\n").id == "");
}

TEST_CASE("all packages of an image are in its bill of materials, those of dpkg once") {
  const TempDir folder = scratch();
  const Path tree = folder.path() / "tree";
  put(tree / "usr/lib/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
  put(tree / "var/lib/dpkg/status", "Package: libx1\nStatus: install ok installed\nArchitecture: amd64\nSource: x (1.0-1)\nVersion: 1.0-1+b1\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n");
  put(tree / "var/lib/dpkg/info/libx1.list", "/usr/lib/python3/dist-packages/x-1.dist-info/METADATA\n");
  put(tree / "usr/lib/python3/dist-packages/x-1.dist-info/METADATA", "Name: x\nVersion: 1\n");
  put(tree / "srv/venv/y-2.dist-info/METADATA", "Name: y\nVersion: 2\n");
  put(tree / "srv/a/node_modules/@s/z/package.json", "{\"name\":\"@s/z\",\"version\":\"3.0.0\"}");
  put(tree / "srv/b/node_modules/@s/z/package.json", "{\"name\":\"@s/z\",\"version\":\"3.0.0\"}");
  put(tree / "srv/a/node_modules/@s/z/test/package.json", "{\"name\":\"no\",\"version\":\"3.0.0\"}");
  record::Image image;
  image.name = "mine";
  image.digest = "sha256:x";
  image.created = "2026-11-20T12:00:00.000Z";
  const std::string text = scan::cyclonedx(image, scan::packages_in({tree}));
  CHECK(text == scan::cyclonedx(image, scan::packages_in({tree})));
  const Json bom = record::parse(text, "bom");
  REQUIRE(bom["components"].size() == 4);
  CHECK(bom["components"][0]["type"] == "operating-system");
  CHECK(bom["components"][1]["purl"] == "pkg:deb/debian/libx1@1.0-1%2Bb1?arch=amd64&distro=debian-12");
  CHECK(bom["components"][1]["properties"][0]["value"] == "x");
  CHECK(bom["components"][2]["evidence"]["occurrences"].size() == 2);
  CHECK(bom["components"][3]["purl"] == "pkg:pypi/y@2");
  CHECK(bom["dependencies"][0]["dependsOn"].size() == 4);
}
