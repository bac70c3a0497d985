#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/files.hpp"
#include "build/program.hpp"
#include "digest/sha256.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

/// An archive may unpack to this much, so that a small file cannot fill the disk.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{32} << 30;

struct Compression {
  std::string_view magic;
  const char* program;
};

constexpr std::array kCompressions = {Compression{"\x1f\x8b", "gzip"}, Compression{"BZh", "bzip2"},
                                      Compression{"\xfd" "7zXZ", "xz"}, Compression{"\x28\xb5\x2f\xfd", "zstd"}};

/// For reading; an archive is one regular file beneath the recipe's folder.
Fd open_archive(const Recipe& recipe) {
  const Fd path = open_source(recipe, recipe.from.value, recipe.from.place);
  struct stat info {};
  if (::fstat(path.get(), &info) < 0 || !S_ISREG(info.st_mode))
    throw problem_at(recipe.file, recipe.from.place, fmt::format("'{}' is not a file", visible(recipe.from.value)));
  const std::string through = fmt::format("/proc/self/fd/{}", path.get());
  return checked_fd(::open(through.c_str(), O_RDONLY | O_CLOEXEC), "cannot read", visible(recipe.from.value));
}

const char* compression_of(const Fd& archive) {
  char start[8];
  const ssize_t n = ::pread(archive.get(), start, sizeof start, 0);
  const std::string_view text(start, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  for (const Compression& compression : kCompressions)
    if (text.starts_with(compression.magic)) return compression.program;
  return nullptr;
}

/// To a file whose size is limited: what then is unpacked from it cannot be larger.
Fd decompressed(Fd archive, const Workplace& place) {
  const char* const name = compression_of(archive);
  if (!name) return archive;
  const Path file = place.folder / "archive.tar";
  Fd plain = checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", file.native());
  Program program;
  program.path = Path("/usr/bin") / name;
  program.arguments = {name, "-d", "-c"};
  program.input = archive.get();
  program.output = plain.get();
  program.largest_file = kMaxUnpacked;
  if (!run_program(program, place)) throw build_failed("the archive cannot be decompressed");
  if (::lseek(plain.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", file.native());
  return plain;
}

/// By tar, confined: no path or link in the archive leads further than the run's own root, a
/// device cannot be made there, and an error of tar refuses the whole archive.
void unpack(const Fd& archive, const Workplace& place) {
  Program program;
  program.path = "/usr/bin/tar";
  program.arguments = {"tar", "--extract", "--file=-", fmt::format("--directory=/work/{}", kTree), "--numeric-owner",
                       "--same-owner", "--same-permissions", "--delay-directory-restore", "--xattrs",
                       "--xattrs-include=*", "--xattrs-exclude=user.overlay.*", "--xattrs-exclude=trusted.*",
                       "--xattrs-exclude=security.selinux"};
  program.input = archive.get();
  // No limit on single files here: tar only warns when a sparse one cannot have its size.
  // Their sizes, holes included, are bounded when the layer is described.
  if (!run_program(program, place)) throw build_failed("the archive cannot be unpacked");
}

}  // namespace

Step archive_step(const Recipe& recipe) {
  const Fd archive = open_archive(recipe);
  const std::string sum = digest::sha256_hex_of_fd(archive.get(), recipe.from.value);
  const Json text = {{"step", "archive"}, {"sha256", sum}};
  return {"archive", record::dump(text), false,
          [recipe](const Workplace& place) { unpack(decompressed(open_archive(recipe), place), place); }};
}

}  // namespace sandbox::build
