#include "image/view.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <deque>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/tree.hpp"

namespace sandbox::image {

namespace {

constexpr int kMaxLinks = 40;  // as the kernel

Fd open_tree_root(const Path& tree) {
  return checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open the layer", tree.native());
}

void copy_bytes(const Fd& from, const Fd& to, std::string_view shown) {
  for (;;) {
    const ssize_t n = ::sendfile(to.get(), from.get(), nullptr, std::size_t{1} << 30);
    if (n == 0) return;
    if (n < 0 && errno != EINTR) throw_system_error("cannot copy to", shown);
  }
}

/// Whether the layer, which has nothing at `path`, hides what the layers below have there: by
/// something that is no directory on the way, a whiteout or another, or an opaque directory.
bool hides(const Fd& layer, const std::string& path) {
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    const std::string above = path.substr(0, end);
    const Fd fd = open_exact(layer, above, O_PATH);
    if (!fd && errno == ENOENT) return false;
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) < 0) throw_system_error("cannot look in the image at", visible(above));
    if (!S_ISDIR(info.st_mode) || is_opaque(fd.get(), ".")) return true;
  }
  return false;
}

Error not_a_directory(std::string_view path) {
  return Error(ExitCode::input, fmt::format("'{}' in the image is not a directory", visible(path)));
}

}  // namespace

View::View(const Path& tree, const std::vector<Path>& lower) : root_(::geteuid() == 0) {
  layers_.push_back(open_tree_root(tree));
  for (auto layer = lower.rbegin(); layer != lower.rend(); ++layer) layers_.push_back(open_tree_root(*layer));
}

View::Look View::look(const std::string& path) const {
  for (const Fd& layer : layers_) {
    const Fd fd = open_exact(layer, path, O_PATH);
    if (!fd && (errno == ENOENT || errno == ENOTDIR)) {
      if (hides(layer, path)) return {};
      continue;
    }
    if (!fd) throw_system_error("cannot look in the image at", visible(path));
    struct stat info {};
    if (::fstat(fd.get(), &info) < 0) throw_system_error("cannot look in the image at", visible(path));
    if (is_whiteout(info)) return {};
    Look look{Found::other, "", info.st_mode & 07777u, {info.st_uid, info.st_gid}};
    if (S_ISDIR(info.st_mode)) look.found = Found::directory;
    if (!S_ISLNK(info.st_mode)) return look;
    look.found = Found::link;
    look.target.resize(4096);
    const ssize_t length = ::readlinkat(fd.get(), "", look.target.data(), look.target.size());
    if (length < 0) throw_system_error("cannot read the link in the image", visible(path));
    look.target.resize(static_cast<std::size_t>(length));
    return look;
  }
  return {};
}

std::string View::resolve(std::string_view path) const {
  std::deque<std::string> todo;
  for (const std::string_view part : split(path, '/')) todo.emplace_back(part);
  std::string done;  // "usr/bin": no links, no leading slash
  for (int links = 0; !todo.empty();) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      const std::size_t slash = done.rfind('/');
      done.resize(slash == done.npos ? 0 : slash);
      continue;
    }
    const std::string next = done.empty() ? part : done + "/" + part;
    const Look look = this->look(next);
    if (look.found != Found::link) {
      if (look.found == Found::other) throw not_a_directory(next);
      done = next;
      continue;
    }
    if (++links > kMaxLinks)
      throw Error(ExitCode::input, fmt::format("too many links in the image at '{}'", visible(path)));
    if (look.target.starts_with('/')) done.clear();
    const auto parts = split(look.target, '/');
    todo.insert(todo.begin(), parts.begin(), parts.end());
  }
  return done;
}

void View::own(const Fd& fd, Owner owner, std::string_view shown) const {
  if (root_ && ::fchownat(fd.get(), "", owner.uid, owner.gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) < 0)
    throw_system_error("cannot set the owner of", visible(shown));
}

Fd View::open_directory(std::string_view path) {
  const std::string resolved = resolve(path);
  Fd at = duplicate(layers_.front());
  std::string sofar;
  for (const std::string_view part : split(resolved, '/')) {
    if (part.empty()) continue;
    const std::string name(part);
    sofar += sofar.empty() ? name : "/" + name;
    const Look look = this->look(sofar);
    const bool made = ::mkdirat(at.get(), name.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) throw_system_error("cannot make the directory", visible(sofar));
    Fd next = open_exact(at, name, O_RDONLY | O_DIRECTORY);
    if (!next) throw_system_error("cannot open the directory", visible(sofar));
    if (made) {
      own(next, look.owner, sofar);
      if (::fchmod(next.get(), look.mode) < 0) throw_system_error("cannot set the mode of", visible(sofar));
    }
    at = std::move(next);
  }
  return at;
}

void View::repeat_directory(std::string_view path) {
  std::string at;
  for (const std::string_view part : split(path, '/')) {
    const std::string next = at.empty() ? std::string(part) : fmt::format("{}/{}", at, part);
    const Look look = this->look(next);
    (void)open_directory(next);
    if (look.found != Found::link) {
      at = next;
      continue;
    }
    if (look.target.starts_with('/'))
      throw Error(ExitCode::input, fmt::format("'{}' goes through the link '{}' of a layer below", visible(path), visible(next)));
    if (::symlinkat(look.target.c_str(), open_directory(at).get(), std::string(part).c_str()) < 0 && errno != EEXIST)
      throw_system_error("cannot make the link", visible(next));
    at = resolve(next);
  }
}

std::pair<Fd, std::string> View::make_room(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent(slash == path.npos ? "" : path.substr(0, slash));
  const std::string name(slash == path.npos ? path : path.substr(slash + 1));
  const std::string resolved = resolve(parent);
  if (name.empty() || look(resolved.empty() ? name : resolved + "/" + name).found == Found::directory)
    throw Error(ExitCode::input, fmt::format("'{}' is a directory in the image", visible(path)));
  Fd directory = open_directory(parent);
  if (::unlinkat(directory.get(), name.c_str(), 0) < 0 && errno != ENOENT)
    throw_system_error("cannot replace", visible(path));
  return {std::move(directory), name};
}

void View::put_file(std::string_view path, const Fd& from, unsigned mode, Owner owner) {
  const auto [directory, name] = make_room(path);
  const Fd file = checked_fd(::openat(directory.get(), name.c_str(),
                                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
                             "cannot create", visible(path));
  copy_bytes(from, file, visible(path));
  own(file, owner, path);
  // After the owner: a change of owner clears set-id bits.
  if (::fchmod(file.get(), mode) < 0) throw_system_error("cannot set the mode of", visible(path));
}

void View::put_link(std::string_view path, const std::string& target, Owner owner) {
  const auto [directory, name] = make_room(path);
  if (::symlinkat(target.c_str(), directory.get(), name.c_str()) < 0)
    throw_system_error("cannot make the link", visible(path));
  if (root_ && ::fchownat(directory.get(), name.c_str(), owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW) < 0)
    throw_system_error("cannot set the owner of", visible(path));
}

void View::set_directory(std::string_view path, unsigned mode, Owner owner) {
  const Fd directory = open_directory(path);
  own(directory, owner, path);
  if (::fchmod(directory.get(), mode) < 0) throw_system_error("cannot set the mode of", visible(path));
}

}  // namespace sandbox::image
