#include "image/tar_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/tree.hpp"

namespace sandbox::image {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::uint64_t kMaxOctal = 077777777777;  // eleven digits
constexpr std::uint64_t kMaxId = 07777777;

struct Entry {
  std::string name, target;
  char type = '0';
  unsigned mode = 0;
  std::uint64_t user = 0, group = 0, size = 0, seconds = 0;
  std::vector<Attribute> attributes;
};

class Header {
 public:
  Header(const Entry& entry, std::string_view name) {
    put(0, 100, name);
    number(100, 8, entry.mode);
    number(108, 8, std::min(entry.user, kMaxId));
    number(116, 8, std::min(entry.group, kMaxId));
    number(124, 12, std::min(entry.size, kMaxOctal));
    number(136, 12, std::min(entry.seconds, kMaxOctal));
    bytes_[156] = entry.type;
    put(157, 100, std::string_view(entry.target).substr(0, 100));
    put(257, 8, std::string_view("ustar\00000", 8));
    put(148, 8, "        ");
    unsigned sum = 0;
    for (const char c : bytes_) sum += static_cast<unsigned char>(c);
    put(148, 8, fmt::format("{:06o}", sum));
    bytes_[155] = ' ';
  }

  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

 private:
  void put(std::size_t at, std::size_t size, std::string_view text) {
    std::memset(bytes_.data() + at, 0, size);
    std::memcpy(bytes_.data() + at, text.data(), std::min(size, text.size()));
  }
  void number(std::size_t at, std::size_t size, std::uint64_t value) {
    put(at, size, fmt::format("{:0{}o}", value, size - 1));
  }

  std::array<char, kBlock> bytes_{};
};

/// "LENGTH KEY=VALUE\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + 1;
  while (fmt::formatted_size("{}", length) + rest != length) length = fmt::formatted_size("{}", length) + rest;
  std::string record = fmt::format("{} {}=", length, key);
  record += value;
  return record + "\n";
}

class Writer {
 public:
  Writer(Times times, const Sink& sink) : times_(times), sink_(sink) {}

  void entry(int parent, const char* name, const std::string& path);
  void finish() { sink_(std::string(2 * kBlock, '\0')); }

 private:
  void put_header(const Entry& entry);
  void put_content(int parent, const char* name, const std::string& path, const struct stat& info);
  void put_directory(int parent, const char* name, const std::string& path, const struct stat& info);
  void put_deletion(const std::string& parent, std::string_view name);
  void pad(std::uint64_t size) { sink_(std::string((kBlock - size % kBlock) % kBlock, '\0')); }
  Entry describe(int parent, const char* name, const std::string& path, const struct stat& info);

  Times times_;
  const Sink& sink_;
  std::map<std::pair<dev_t, ino_t>, std::string> names_;  // of files that may have several
};

void Writer::put_header(const Entry& entry) {
  std::string pax;
  if (entry.name.size() > 100) pax += pax_record("path", entry.name);
  if (entry.target.size() > 100) pax += pax_record("linkpath", entry.target);
  if (entry.size > kMaxOctal) pax += pax_record("size", fmt::format("{}", entry.size));
  if (entry.user > kMaxId) pax += pax_record("uid", fmt::format("{}", entry.user));
  if (entry.group > kMaxId) pax += pax_record("gid", fmt::format("{}", entry.group));
  for (const Attribute& one : entry.attributes)
    if (one.name != kOpaque) pax += pax_record("SCHILY.xattr." + one.name, one.value);
  if (!pax.empty()) {
    Entry extension;
    extension.type = 'x';
    extension.mode = 0644;
    extension.size = pax.size();
    sink_(Header(extension, "pax").text());
    sink_(pax);
    pad(pax.size());
  }
  sink_(Header(entry, std::string_view(entry.name).substr(0, 100)).text());
}

Entry Writer::describe(int parent, const char* name, const std::string& path, const struct stat& info) {
  Entry entry;
  entry.name = path;
  entry.mode = info.st_mode & 07777;
  entry.user = user_inside(info);
  entry.group = group_inside(info);
  entry.seconds = times_ == Times::kept ? static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 0)) : 0;
  entry.attributes = attributes_of(parent, name, path == "./" ? "" : path, info);
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
  Entry entry;
  entry.name = fmt::format("{}{}", parent, name);
  entry.mode = 0600;
  put_header(entry);
}

void Writer::put_directory(int parent, const char* name, const std::string& path, const struct stat& info) {
  Entry entry = describe(parent, name, path, info);
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
  Entry entry = describe(parent, name, path, info);
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
