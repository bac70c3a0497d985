#include "image/view.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "catch.hpp"
#include "image/deletion.hpp"
#include "scratch.hpp"

using namespace sandbox;
using image::View;

namespace {

/// A layer as Debian has them: /bin → usr/bin, a private /root, a hostile link.
struct Fixture {
  TempDir lower = test::scratch();
  TempDir tree = test::scratch();
  TempDir outside = test::scratch();

  Fixture() {
    for (const char* directory : {"usr", "usr/bin", "root", "tmp"}) ::mkdir((lower.path() / directory).c_str(), 0755);
    ::chmod((lower.path() / "root").c_str(), 0700);
    ::chmod((lower.path() / "tmp").c_str(), 01777);
    ::symlink("usr/bin", (lower.path() / "bin").c_str());
    ::symlink(outside.path().c_str(), (lower.path() / "evil").c_str());
    ::symlink("../../../../../../../../tmp", (lower.path() / "up").c_str());
    ::symlink("loop", (lower.path() / "loop").c_str());
    replace_file(lower.path() / "file", "old");
  }

  void put(const std::string& path, const std::string& text = "new") {
    const Path source = outside.path() / "source";
    replace_file(source, text);
    const Fd fd(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    View(tree.path(), {lower.path()}).put_file(path, fd, 0644, {});
    ::unlink(source.c_str());
  }

  unsigned mode(const char* path) const {
    struct stat info {};
    REQUIRE(::lstat((tree.path() / path).c_str(), &info) == 0);
    return info.st_mode & 07777;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a link of a lower layer leads where it will lead inside") {
  put("/bin/tool");
  CHECK(read_file(tree.path() / "usr/bin/tool", 100) == "new");
  CHECK_FALSE(std::filesystem::exists(tree.path() / "bin"));
}

TEST_CASE_METHOD(Fixture, "no link of a layer leads outside") {
  put("/evil/file");
  CHECK(std::filesystem::is_empty(outside.path()));
  CHECK(read_file(tree.path() / outside.path().relative_path() / "file", 100) == "new");
  put("/up/file");
  CHECK(read_file(tree.path() / "tmp/file", 100) == "new");
}

TEST_CASE_METHOD(Fixture, "a directory that a lower layer has keeps its mode") {
  put("/root/file");
  put("/tmp/file");
  put("/new/file");
  CHECK(mode("root") == 0700);
  CHECK(mode("tmp") == 01777);
  CHECK(mode("new") == 0755);
}

TEST_CASE_METHOD(Fixture, "a file or link is replaced, a directory is not") {
  put("/file");
  put("/evil");
  CHECK(read_file(tree.path() / "evil", 100) == "new");
  CHECK(std::filesystem::is_empty(outside.path()));
  CHECK(test::refuses([&] { put("/root"); }, "is a directory"));
  CHECK(test::refuses([&] { put("/file/below"); }, "is not a directory"));
}

TEST_CASE_METHOD(Fixture, "links in a circle are refused") {
  CHECK(test::refuses([&] { put("/loop/file"); }, "too many links"));
}

TEST_CASE_METHOD(Fixture, "what was put before is seen, and wins over the layers below") {
  View view(tree.path(), {lower.path()});
  view.put_link("/there", "usr/bin", {});
  view.set_directory("/there/deep", 0711, {});
  CHECK(mode("usr/bin/deep") == 0711);
  put("/file", "first");
  put("/file", "second");
  CHECK(read_file(tree.path() / "file", 100) == "second");
}

TEST_CASE_METHOD(Fixture, "what a layer deleted is not there") {
  const TempDir upper = test::scratch();
  const Fd top(::open(upper.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ::mkdir((upper.path() / "usr").c_str(), 0755);
  image::make_whiteout(top, "bin");
  image::make_whiteout(top, "root");
  image::make_opaque(Fd(::open((upper.path() / "usr").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  ::chmod((lower.path() / "usr/bin").c_str(), 0700);
  View view(tree.path(), {lower.path(), upper.path()});
  view.set_directory("/tmp", 0700, {});
  (void)view.open_directory("/bin");
  (void)view.open_directory("/root");
  (void)view.open_directory("/usr/bin");
  CHECK(std::filesystem::is_directory(tree.path() / "bin"));
  CHECK(mode("root") == 0755);
  CHECK(mode("usr/bin") == 0755);
}

TEST_CASE_METHOD(Fixture, "a file of a layer hides the directory below it") {
  const TempDir upper = test::scratch();
  replace_file(upper.path() / "usr", "now a file");
  View view(tree.path(), {lower.path(), upper.path()});
  CHECK(test::refuses([&] { (void)view.open_directory("/usr/bin"); }, "'usr' in the image is not a directory"));
}
