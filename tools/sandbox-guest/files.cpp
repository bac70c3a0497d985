#include "files.hpp"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/handle.hpp"

namespace sandbox::guest {

namespace {

using wire::FilePlace;

void make_parents(const char* path) {
  char folder[PATH_MAX];
  for (const char* slash = path; (slash = ::strchr(slash + 1, '/')) != nullptr;) {
    const auto size = static_cast<std::size_t>(slash - path);
    if (size >= sizeof folder) return;
    ::memcpy(folder, path, size);
    folder[size] = '\0';
    ::mkdir(folder, 0755);  // what is there already is as good; what cannot be made is missed later
  }
}

/// Something that can be mounted upon; a link makes room.
bool make_place(const char* path, FilePlace where) {
  struct stat info {};
  const bool there = ::lstat(path, &info) == 0;
  if (where == FilePlace::instead) return there && S_ISREG(info.st_mode);
  if (there && S_ISLNK(info.st_mode) && ::unlink(path) < 0) return false;
  if (there && S_ISREG(info.st_mode)) return true;
  make_parents(path);
  return static_cast<bool>(wire::Handle(::open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

Fault show(const char* path, std::string_view text, FilePlace where, int number) {
  if (!make_place(path, where)) return where == FilePlace::always ? fault("the image has no place for a file to show") : Fault{};
  char kept[64];
  ::snprintf(kept, sizeof kept, "/dev/.files/%d", number);
  const wire::Handle file(::open(kept, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file || !write_all(file.get(), text)) return fault("cannot write a file to show");
  return ::mount(kept, path, nullptr, MS_BIND, nullptr) < 0 && where == FilePlace::always ? fault("cannot show a file") : Fault{};
}

}  // namespace

Fault show_files(const Orders& orders) {
  int number = 0;
  const Fault failed =
      orders.each_file([&](const char* path, std::string_view text, FilePlace where) { return show(path, text, where, number++); });
  if (failed) return failed;
  if (::umount2("/dev/.files", MNT_DETACH) < 0 || ::rmdir("/dev/.files") < 0) return fault("cannot hide the files' memory");
  return {};
}

}  // namespace sandbox::guest
