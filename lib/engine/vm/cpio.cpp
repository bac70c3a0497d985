#include "engine/vm/cpio.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

namespace sandbox::engine {

void Cpio::pad() { archive_.resize((archive_.size() + 3) / 4 * 4, '\0'); }

void Cpio::add(std::string_view path, const Entry& entry) {
  const unsigned links = S_ISDIR(entry.mode) ? 2 : 1;
  archive_ += "070701";
  for (const std::size_t field : {std::size_t{++inode_}, std::size_t{entry.mode}, std::size_t{0}, std::size_t{0}, std::size_t{links},
                                  std::size_t{0}, entry.bytes.size(), std::size_t{0}, std::size_t{0}, std::size_t{entry.major},
                                  std::size_t{entry.minor}, path.size() + 1, std::size_t{0}})
    archive_ += fmt::format("{:08X}", field);
  archive_ += path;
  archive_ += '\0';
  pad();
  archive_ += entry.bytes;
  pad();
}

void Cpio::folder(std::string_view path) { add(path, {.mode = S_IFDIR | 0755}); }

void Cpio::file(std::string_view path, unsigned mode, std::string_view bytes) { add(path, {.mode = S_IFREG | mode, .bytes = bytes}); }

void Cpio::device(std::string_view path, unsigned major, unsigned minor) {
  add(path, {.mode = S_IFCHR | 0600, .major = major, .minor = minor});
}

std::string Cpio::finish() && {
  add("TRAILER!!!", {});
  return std::move(archive_);
}

}  // namespace sandbox::engine
