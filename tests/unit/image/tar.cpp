// What is written is what is read, and what is read obeys the rules.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <map>

#include "catch.hpp"
#include "image/archive_rules.hpp"
#include "image/deletion.hpp"
#include "image/tar_reader.hpp"
#include "image/tar_writer.hpp"
#include "scratch.hpp"

using namespace sandbox;
using image::Member;

namespace {

std::string tar_of(const Path& tree, image::Times times = image::Times::kept) {
  std::string text;
  image::write_tar(tree, times, [&](std::string_view bytes) { text += bytes; });
  return text;
}

Fd file_of(std::string_view bytes) {
  Fd fd(::memfd_create("archive", MFD_CLOEXEC));
  write_all(fd.get(), bytes, "archive");
  return fd;
}

std::map<std::string, Member> members_of(const std::string& archive) {
  const Fd file = file_of(archive);
  image::TarReader reader(file.get(), archive.size(), "archive");
  std::map<std::string, Member> members;
  while (const auto member = reader.next()) members[member->name] = *member;
  return members;
}

image::Contents check(const std::string& archive, image::Whiteouts whiteouts = image::Whiteouts::deletions) {
  return image::check_archive(file_of(archive).get(), archive.size(), "archive", whiteouts);
}

const std::string kLong(150, 'n');

TempDir tree_with_everything() {
  TempDir tree = test::scratch();
  const Path& top = tree.path();
  ::mkdir((top / kLong).c_str(), 0755);
  replace_file(top / kLong / kLong, "deep", 04755);
  replace_file(top / "plain", "12345", 0644);
  ::link((top / "plain").c_str(), (top / "same").c_str());
  ::symlink((kLong + "/" + kLong).c_str(), (top / "link").c_str());
  ::mkfifo((top / "pipe").c_str(), 0600);
  image::make_whiteout(Fd(::open(top.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), "gone");
  return tree;
}

}  // namespace

TEST_CASE("every kind of file is written so that it is read back") {
  const TempDir tree = tree_with_everything();
  const auto members = members_of(tar_of(tree.path()));
  CHECK(members.size() == 8);
  CHECK(members.at("./").kind == Member::Kind::directory);
  CHECK(members.at(kLong + "/").kind == Member::Kind::directory);
  CHECK(members.at(kLong + "/" + kLong).size == 4);
  CHECK(members.at("plain").size == 5);
  CHECK(members.at("same").kind == Member::Kind::hard_link);
  CHECK(members.at("same").target == "plain");
  CHECK(members.at("link").target == kLong + "/" + kLong);
  CHECK(members.at("pipe").kind == Member::Kind::fifo);
  CHECK(members.at(".wh.gone").kind == Member::Kind::file);
  CHECK(check(tar_of(tree.path())).whiteouts == std::vector<std::string>{"gone"});
}

TEST_CASE("extended attributes are written, an opaque directory as others know it") {
  const TempDir tree = tree_with_everything();
  const Path directory = tree.path() / kLong;
  if (::setxattr(directory.c_str(), "user.mine", "a\nb", 3, 0) < 0) {
    WARN("no user attributes on this file system");
    return;
  }
  image::make_opaque(Fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
  const auto members = members_of(tar_of(tree.path()));
  CHECK(members.at(kLong + "/").attributes == std::vector<std::string>{"user.mine"});
  CHECK(members.contains(kLong + "/.wh..wh..opq"));
  CHECK(check(tar_of(tree.path())).opaque == std::vector<std::string>{kLong});
}

TEST_CASE("the same files give the same bytes, and times only if they are to be kept") {
  const TempDir one = tree_with_everything();
  CHECK(tar_of(one.path()) == tar_of(one.path()));
  const std::string before = tar_of(one.path(), image::Times::zero), kept = tar_of(one.path());
  const timespec old[2] = {{1, 0}, {1, 0}};
  ::utimensat(AT_FDCWD, (one.path() / "plain").c_str(), old, 0);
  CHECK(tar_of(one.path(), image::Times::zero) == before);
  CHECK(tar_of(one.path()) != kept);
}

TEST_CASE("a file whose name would mean a deletion to others is not written") {
  const TempDir tree = test::scratch();
  replace_file(tree.path() / ".wh.x", "");
  CHECK(test::refuses([&] { tar_of(tree.path()); }, "its name means a deletion"));
}

TEST_CASE("names that begin as deletions do are plain names where they mean none") {
  const TempDir tree = tree_with_everything();
  const image::Contents contents = check(tar_of(tree.path()), image::Whiteouts::plain_names);
  CHECK(contents.whiteouts.empty());
  CHECK(contents.implied.empty());
}

TEST_CASE("an archive that is cut off anywhere or changed in a header is refused") {
  const TempDir tree = tree_with_everything();
  const std::string whole = tar_of(tree.path());
  // At the border of two members nothing is missing that could be noticed.
  for (const std::size_t size : {std::size_t{1}, std::size_t{511}, std::size_t{513}, whole.find("deep"), whole.find("deep") + 100})
    CHECK(test::refuses([&] { check(whole.substr(0, size)); }, "cut off"));
  for (const std::size_t at : {0, 100, 124, 156, 257, 345}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(test::refuses([&] { check(changed); }, "cannot read 'archive' as a tar archive"));
  }
}

TEST_CASE("bounds hold before anything is unpacked") {
  const TempDir tree = tree_with_everything();
  const std::string whole = tar_of(tree.path());
  const auto check_with = [&](image::Bounds bounds) {
    image::check_archive(file_of(whole).get(), whole.size(), "archive", image::Whiteouts::deletions, bounds);
  };
  check_with({});
  CHECK(test::refuses([&] { check_with({.bytes = 8}); }, "too many bytes"));
  CHECK(test::refuses([&] { check_with({.files = 3}); }, "one file too many"));
  CHECK(test::refuses([&] { check_with({.depth = 1}); }, "nested too deeply"));
}
