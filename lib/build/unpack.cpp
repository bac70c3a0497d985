#include "build/unpack.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/program.hpp"
#include "image/deletion.hpp"
#include "image/view.hpp"

namespace sandbox::build {

namespace {

/// A small file must not fill the disk: no archive of files comes near this ratio.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{32} << 30;
constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{256} << 20;
constexpr std::uint64_t kMaxRatio = 100;

struct Compression {
  std::string_view magic;
  const char* program;
};

constexpr std::array kCompressions = {Compression{"\x1f\x8b", "gzip"}, Compression{"BZh", "bzip2"},
                                      Compression{"\xfd" "7zXZ", "xz"}, Compression{"\x28\xb5\x2f\xfd", "zstd"}};

const char* compression_of(const Fd& archive) {
  char start[8];
  const ssize_t n = ::pread(archive.get(), start, sizeof start, 0);
  const std::string_view text(start, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  for (const Compression& compression : kCompressions)
    if (text.starts_with(compression.magic)) return compression.program;
  return nullptr;
}

std::uint64_t most_for(std::uint64_t compressed) {
  return compressed > kMaxUnpacked / kMaxRatio ? kMaxUnpacked : std::min(kMaxUnpacked, kAlwaysAllowed + compressed * kMaxRatio);
}

/// As a user we may not write to what an archive made read-only.
template <class Act>
void while_writable(const Fd& directory, Act&& act) {
  struct stat info {};
  if (::fstat(directory.get(), &info) < 0) throw_system_error("cannot look at a directory of the layer");
  const bool opened = ::geteuid() != 0 && (info.st_mode & 0300) != 0300;
  if (opened && ::fchmod(directory.get(), info.st_mode | 0300) < 0) throw_system_error("cannot open a directory of the layer");
  act();
  if (opened && ::fchmod(directory.get(), info.st_mode & 07777) < 0) throw_system_error("cannot close a directory of the layer");
}

/// What the layer deletes and has anew hides, if it can, all of what was there.
void remove_below(const Fd& directory, const std::string& name) {
  struct stat info {};
  if (::fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) < 0) {
    if (errno != ENOENT) throw_system_error("cannot look in the layer at", visible(name));
    return while_writable(directory, [&] { image::make_whiteout(directory, name); });
  }
  if (!S_ISDIR(info.st_mode)) return;
  const Fd child = checked_fd(::openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                              "cannot open in the layer", visible(name));
  while_writable(child, [&] { image::make_opaque(child); });
}

/// The overlay takes no top directory for opaque, so each name below is deleted.
void remove_everything_below(const Fd& top, const Workplace& place) {
  for (const Path& layer : place.lower)
    for (const auto& entry : std::filesystem::directory_iterator(layer)) remove_below(top, entry.path().filename());
}

void apply_deletions(const image::Contents& contents, const Workplace& place) {
  image::View view(place.tree, {});
  for (const std::string& path : contents.opaque) {
    const Fd directory = view.open_directory(path);
    if (path.empty())
      remove_everything_below(directory, place);
    else
      while_writable(directory, [&] { image::make_opaque(directory); });
  }
  for (const std::string& path : contents.whiteouts) {
    const std::size_t slash = path.rfind('/');
    remove_below(view.open_directory(slash == path.npos ? "" : path.substr(0, slash)),
                 slash == path.npos ? path : path.substr(slash + 1));
  }
}

}  // namespace

std::uint64_t size_of(const Fd& file, std::string_view shown) {
  struct stat info {};
  if (::fstat(file.get(), &info) < 0) throw_system_error("cannot look at", visible(shown));
  return static_cast<std::uint64_t>(info.st_size);
}

Fd decompressed(Fd archive, const Workplace& place, std::string_view shown) {
  const char* const name = compression_of(archive);
  if (!name) return archive;
  const Path file = place.folder / "archive.tar";
  Fd plain = checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", file.native());
  Program program;
  program.path = Path("/usr/bin") / name;
  program.arguments = {name, "-d", "-c"};
  program.input = archive.get();
  program.output = plain.get();
  program.largest_file = most_for(size_of(archive, shown));
  if (run_program(program, place)) return plain;
  if (size_of(plain, shown) >= *program.largest_file)
    throw Error(ExitCode::input, fmt::format("'{}' unpacks to more than {}", visible(shown), size_text(*program.largest_file)),
                "a small archive that unpacks to very much is taken for an attack");
  throw build_failed(fmt::format("'{}' cannot be decompressed", visible(shown)));
}

/// By tar, confined: should it read the archive otherwise than we did, no path or link leads
/// further than the run's own root, and an error refuses the whole archive.
void unpack(const Fd& archive, const Workplace& place, std::string_view shown, image::Whiteouts whiteouts) {
  const image::Contents contents = image::check_archive(archive.get(), size_of(archive, shown), shown, whiteouts);
  image::View view(place.tree, place.lower);
  for (const std::string& directory : contents.implied) view.repeat_directory(directory);
  Program program;
  program.path = "/usr/bin/tar";
  program.arguments = {"tar", "--extract", "--file=-", fmt::format("--directory=/work/{}", kTree), "--numeric-owner",
                       "--same-owner", "--same-permissions", "--delay-directory-restore", "--xattrs",
                       "--xattrs-include=*", "--xattrs-exclude=user.overlay.*", "--xattrs-exclude=trusted.*",
                       "--xattrs-exclude=security.selinux"};
  if (whiteouts == image::Whiteouts::deletions) program.arguments.insert(program.arguments.end(), {"--no-anchored", "--exclude=.wh.*"});
  if (::lseek(archive.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", visible(shown));
  program.input = archive.get();
  // No limit on single files here: tar only warns when a sparse one cannot have its size.
  if (!run_program(program, place)) throw build_failed(fmt::format("'{}' cannot be unpacked", visible(shown)));
  apply_deletions(contents, place);
}

}  // namespace sandbox::build
