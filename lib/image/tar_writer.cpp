#include "image/tar_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/tar_header.hpp"
#include "image/tree.hpp"

namespace sandbox::image {

namespace {

class Writer {
 public:
  Writer(Times times, const Sink& sink) : times_(times), sink_(sink) {}

  void entry(int parent, const char* name, const std::string& path);
  void finish() { sink_(tar_end()); }

 private:
  void put_header(const TarEntry& entry);
  void put_content(int parent, const char* name, const std::string& path, const struct stat& info);
  void put_directory(int parent, const char* name, const std::string& path, const struct stat& info);
  void put_deletion(const std::string& parent, std::string_view name);
  void pad(std::uint64_t size) { sink_(tar_padding(size)); }
  TarEntry describe(int parent, const char* name, const std::string& path, const struct stat& info);

  Times times_;
  const Sink& sink_;
  std::map<std::pair<dev_t, ino_t>, std::string> names_;  // of files that may have several
};

void Writer::put_header(const TarEntry& entry) { sink_(tar_header(entry)); }

TarEntry Writer::describe(int parent, const char* name, const std::string& path, const struct stat& info) {
  TarEntry entry;
  entry.name = path;
  entry.mode = info.st_mode & 07777;
  entry.user = user_inside(info);
  entry.group = group_inside(info);
  entry.seconds = times_ == Times::kept ? static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 0)) : 0;
  for (const Attribute& one : attributes_of(parent, name, path == "./" ? "" : path, info))
    if (one.name != kOpaque) entry.attributes.push_back(one);
  return entry;
}

void Writer::put_content(int parent, const char* name, const std::string& path, const struct stat& info) {
  const Readable file = Readable::open(parent, name, info, path);
  std::vector<char> buffer(std::size_t{1} << 20);
  std::uint64_t left = static_cast<std::uint64_t>(info.st_size);
  while (left > 0) {
    const std::size_t n = read_some(file.fd().get(), buffer.data(), std::min<std::uint64_t>(buffer.size(), left), visible(path));
    if (n == 0) throw Error(ExitCode::failed, fmt::format("'{}' became shorter while it was read", visible(path)));
    sink_({buffer.data(), n});
    left -= n;
  }
  pad(static_cast<std::uint64_t>(info.st_size));
}

void Writer::put_deletion(const std::string& parent, std::string_view name) {
  TarEntry entry;
  entry.name = fmt::format("{}{}", parent, name);
  entry.mode = 0600;
  put_header(entry);
}

void Writer::put_directory(int parent, const char* name, const std::string& path, const struct stat& info) {
  TarEntry entry = describe(parent, name, path, info);
  entry.type = '5';
  put_header(entry);
  const std::string below = path == "./" ? "" : path;
  if (is_opaque(parent, name)) put_deletion(below, ".wh..wh..opq");
  const Readable directory = Readable::open(parent, name, info, path);
  for (const std::string& child : directory.names()) this->entry(directory.fd().get(), child.c_str(), below + child);
}

/// Directories end with a slash, and the top is "./", as tar has them.
void Writer::entry(int parent, const char* name, const std::string& path) {
  const struct stat info = look_at(parent, name, path);
  const std::string_view own = name;
  const std::string above = path.substr(0, path.size() - own.size());
  if (is_whiteout(info)) return put_deletion(above, fmt::format(".wh.{}", own));
  if (own.starts_with(".wh."))
    throw Error(ExitCode::input, fmt::format("the file '{}' cannot be in an image for others: its name means a deletion", visible(path)));
  if (S_ISDIR(info.st_mode)) return put_directory(parent, name, own == "." ? "./" : path + "/", info);
  if (S_ISSOCK(info.st_mode)) return;  // nothing without its process, and no archive has a place for it
  TarEntry entry = describe(parent, name, path, info);
  if (info.st_nlink > 1) {
    const auto [first, is_new] = names_.try_emplace({info.st_dev, info.st_ino}, path);
    if (!is_new) {
      entry.type = '1';
      entry.target = first->second;
      entry.attributes.clear();
      return put_header(entry);
    }
  }
  if (S_ISLNK(info.st_mode)) {
    entry.type = '2';
    entry.target = link_target(parent, name, path);
    return put_header(entry);
  }
  if (S_ISFIFO(info.st_mode)) {
    entry.type = '6';
    return put_header(entry);
  }
  if (!S_ISREG(info.st_mode)) throw Error(ExitCode::input, fmt::format("a device in the layer: '{}'", visible(path)));
  entry.size = static_cast<std::uint64_t>(info.st_size);
  put_header(entry);
  put_content(parent, name, path, info);
}

}  // namespace

void write_tar(const Path& tree, Times times, const Sink& sink) {
  const Fd fd = checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", tree.native());
  Writer writer(times, sink);
  writer.entry(fd.get(), ".", ".");
  writer.finish();
}

}  // namespace sandbox::image
