#include "archive_in.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cursor.hpp"
#include "image/archive_rules.hpp"
#include "image/tar_reader.hpp"
#include "life/tree.hpp"
#include "wire/item_writer.hpp"

namespace sandbox::tool {

namespace {

using image::Member;
using wire::Item;

struct Archive {
  Fd file;
  std::uint64_t size = 0;
};

/// What comes through a pipe is kept in a file without a name while it is read twice.
Archive take_stdin() {
  if (::isatty(0)) throw Error(ExitCode::input, "stdin is a terminal, not an archive", "tar -c FILE | sandbox-copy - SANDBOX:PATH");
  struct stat info {};
  if (::fstat(0, &info) == 0 && S_ISREG(info.st_mode) && ::lseek(0, 0, SEEK_CUR) == 0)
    return {duplicate(0), static_cast<std::uint64_t>(info.st_size)};
  std::string place = (std::filesystem::temp_directory_path() / ".sandbox-copy-XXXXXX").native();
  Archive archive{checked_fd(::mkostemp(place.data(), O_CLOEXEC), "cannot keep the archive in", place), 0};
  ::unlink(place.c_str());
  std::vector<char> chunk(1 << 20);
  while (const std::size_t n = read_some(0, chunk.data(), chunk.size(), "stdin")) {
    write_all(archive.file.get(), {chunk.data(), n}, place);
    archive.size += n;
    stop_if_asked();
  }
  return archive;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string path;
  for (const std::string& part : parts) path += (path.empty() ? "" : "/") + part;
  return path;
}

/// Members in any order, as a tree: folders are gone into and left again.
class Unpacker {
 public:
  Unpacker(int pipe, const Archive& archive, Progress& progress)
      : out_(pipe, wire::Pages::copied, progress.onlooker()), cursor_(out_), archive_(archive) {}

  void take(const Member& member);
  void finish() {
    say(cursor_.go_to({}));
    say(out_.put({.item = Item::finish}));
    say(out_.flush());
  }
  bool is_cut_off() const { return cut_off_; }

 private:
  void put_file(const Member& member, const std::string& name);
  /// An error of the pipe: why, says the other side.
  void say(int error) {
    if (error == ECANCELED) stop_if_asked();
    cut_off_ = cut_off_ || error != 0;
  }

  wire::ItemWriter out_;
  Cursor cursor_;
  const Archive& archive_;
  bool cut_off_ = false;
};

wire::ItemHeader header_of(Item item, const Member& member) {
  return {.item = item, .mode = member.mode, .nanoseconds = member.nanoseconds, .seconds = member.seconds, .size = member.size};
}

void Unpacker::put_file(const Member& member, const std::string& name) {
  wire::ItemHeader header = header_of(Item::file, member);
  header.flags = wire::kShared;
  say(out_.put(header, name));
  std::uint64_t from = member.offset;
  if (member.holes == Member::Holes::none && member.size > 0) say(out_.put_data_of(archive_.file.get(), from, 0, member.size));
  for (const Member::Segment& segment : member.segments) {
    if (segment.size > member.offset + member.stored - from || segment.offset > member.size || segment.size > member.size - segment.offset)
      throw Error(ExitCode::input, fmt::format("in the archive, '{}' has data outside of itself", visible(member.name)));
    if (segment.size > 0) say(out_.put_data_of(archive_.file.get(), from, segment.offset, segment.size));
    from += segment.size;
  }
  say(out_.put({.item = Item::end, .size = member.size}));
}

void Unpacker::take(const Member& member) {
  std::vector<std::string> path = parts_of(member.name);
  if (path.empty() || cut_off_) return;
  const std::string name = path.back();
  path.pop_back();
  say(cursor_.go_to(path));
  switch (member.kind) {
    case Member::Kind::directory:
      say(out_.put(header_of(Item::directory, member), name));
      return cursor_.entered(name);
    case Member::Kind::link:
      return say(out_.put(header_of(Item::link, member), name, member.target));
    case Member::Kind::hard_link:
      return say(out_.put({.item = Item::hard_link}, name, joined(parts_of(member.target))));
    default:
      return put_file(member, name);
  }
}

/// What a layer of an image may hold, and no fifo either.
void check(const Archive& archive) {
  image::check_archive(archive.file.get(), archive.size, "-", image::Whiteouts::plain_names);
  image::TarReader reader(archive.file.get(), archive.size, "-");
  while (const auto member = reader.next()) {
    if (member->kind == Member::Kind::fifo)
      throw Error(ExitCode::input, fmt::format("in the archive '-', '{}' is a fifo", visible(member->name)));
    if (member->holes == Member::Holes::unknown)
      throw Error(ExitCode::input, fmt::format("in the archive '-', the holes of '{}' are written as pax has them", visible(member->name)),
                  "tar --format=gnu writes them so that they can be read here");
  }
}

}  // namespace

life::Copied put_archive(const Reach& reach, const Operand& target, const std::optional<std::string>& user, Progress& progress) {
  const Archive archive = take_stdin();
  check(archive);
  life::TreeRequest request{target.path, user, {}};
  request.options.flags = wire::kInto;
  life::TreePut tree(reach.connect(), request);
  const auto unpacker = std::make_unique<Unpacker>(tree.pipe(), archive, progress);
  image::TarReader reader(archive.file.get(), archive.size, "-");
  while (const auto member = reader.next()) unpacker->take(*member);
  if (!unpacker->is_cut_off()) unpacker->finish();
  return tree.finish();
}

}  // namespace sandbox::tool
