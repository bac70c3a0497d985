#include "machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/each_data.hpp"
#include "base/error.hpp"
#include "digest/sha256.hpp"
#include "engine/vm/saved.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kAtOnce = 1 << 20;

void add_bytes(digest::Sha256& sum, const Fd& file, off_t at, off_t end, const Path& path) {
  std::vector<char> buffer(kAtOnce);
  sum.update(fmt::format("{} {}\n", at, end));
  while (at < end) {
    const ssize_t n = ::pread(file.get(), buffer.data(), std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(end - at)), at);
    if (n < 0) throw_system_error("cannot read", path.native());
    if (n == 0) throw Error(ExitCode::failed, fmt::format("'{}' became shorter while it was read", path.native()));
    sum.update({buffer.data(), static_cast<std::size_t>(n)});
    at += n;
  }
}

void add_file(digest::Sha256& sum, record::Layer& layer, const Path& path) {
  const Fd file = checked_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", path.native());
  struct stat info {};
  if (::fstat(file.get(), &info) < 0) throw_system_error("cannot look at", path.native());
  sum.update(fmt::format("{} {}\n", path.filename().native(), info.st_size));
  each_data(file, path.native(), [&](off_t at, off_t end) { add_bytes(sum, file, at, end, path); });
  layer.bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
  ++layer.files;
}

}  // namespace

void keep_machine(const life::Still& still, std::uint64_t memory_bytes, const Path& tree) {
  try {
    engine::save_machine(still.running(), memory_bytes, still.stillness().machine->image, tree);
  } catch (const Error&) {
    still.throw_if_ended();  // it went while it was saved
    throw;
  }
}

record::Layer describe_machine(const Path& tree) {
  const auto files = engine::SavedFiles::in(tree);
  record::Layer layer;
  digest::Sha256 sum;
  // The image below is another layer's content.
  for (const Path& file : {files.memory, files.state, files.disk}) add_file(sum, layer, file);
  layer.digest = "sha256:" + digest::hex(std::move(sum).finish());
  return layer;
}

}  // namespace sandbox::tool
