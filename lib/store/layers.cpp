#include "store/layers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "store/digests.hpp"

namespace sandbox::store {

namespace {

constexpr std::size_t kMaxRecord = std::size_t{1} << 20;

/// Its files may still be on their way to the disk; a name that survives a power cut must
/// not lead to empty ones.
void make_durable(const Path& made) {
  const Fd fd = checked_fd(::open(made.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot open", made.native());
  if (::syncfs(fd.get()) < 0) throw_system_error("cannot write to the disk", made.native());
}

}  // namespace

Path layer_tree(const Store& store, std::string_view digest) {
  return store.layers() / hex_of(digest) / "tree";
}

std::optional<record::Layer> find_layer(const Store& store, std::string_view digest) {
  const Path file = store.layers() / hex_of(digest) / "layer.json";
  const std::optional<std::string> text = read_file_if_exists(file, kMaxRecord);
  if (!text) return std::nullopt;
  try {
    return record::parse(*text, "the record").get<record::Layer>();
  } catch (const Error& error) {
    throw damaged(file, error.what());
  }
}

void publish_layer(const Store& store, const Path& made, const record::Layer& layer) {
  const Path final = store.layers() / hex_of(layer.digest);
  make_durable(made);
  replace_file(made / "layer.json", record::dump(layer) + "\n");
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, final.c_str(), RENAME_NOREPLACE) < 0 && errno != EEXIST)
    throw_system_error("cannot publish the layer", final.native());
}

}  // namespace sandbox::store
