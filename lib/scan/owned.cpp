#include "scan/owned.hpp"

#include <unistd.h>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxList = 16 << 20, kMaxPaths = 5'000'000;

}  // namespace

std::string content_of(const image::Merged& file, std::size_t most) {
  const auto open = image::Readable::open(file.parent, file.name, file.info, file.path);
  return read_all(open.fd().get(), most, visible(file.path));
}

ReadAt reader_of(const Fd& fd) {
  return [number = fd.get()](std::uint64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    const ssize_t n = offset > INT64_MAX ? 0 : ::pread(number, bytes.data(), size, static_cast<off_t>(offset));
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
  };
}

Owned Owned::read(const std::vector<Path>& trees) {
  Owned owned;
  image::each_merged(trees, [&](const image::Merged& file) {
    if (S_ISREG(file.info.st_mode) && file.path.starts_with("var/lib/dpkg/info/") && file.path.ends_with(".list") && static_cast<std::size_t>(file.info.st_size) <= kMaxList)
      owned.take(content_of(file, kMaxList));
  });
  return owned;
}

void Owned::take(std::string_view list) {
  for (const std::string_view line : split(list, '\n'))
    if (line.size() > 1 && line[0] == '/' && paths_.size() < kMaxPaths) paths_.emplace(line.substr(1));
}

bool Owned::has(std::string_view path) const {
  if (paths_.contains(std::string(path))) return true;
  return path.starts_with("usr/") && paths_.contains(std::string(path.substr(4)));
}

}  // namespace sandbox::scan
