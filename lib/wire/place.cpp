#include "wire/place.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cstring>

namespace sandbox::wire {

namespace {

constexpr int kFolder = O_PATH | O_DIRECTORY | O_CLOEXEC;

int open_folder(const char* path, Handle& out) {
  out = Handle(::open(path, kFolder));
  return out ? 0 : errno;
}

/// Without the slashes at its end; true when there were any.
bool cut_slashes(char* text) {
  std::size_t size = std::strlen(text);
  const std::size_t before = size;
  while (size > 1 && text[size - 1] == '/') text[--size] = '\0';
  return size != before;
}

/// "a/b" → "a", and b.
char* split_last(char* text, const char*& parent) {
  char* slash = std::strrchr(text, '/');
  if (!slash) {
    parent = ".";
    return text;
  }
  parent = slash == text ? "/" : text;
  *slash = '\0';
  return slash + 1;
}

int make_folders(char* text, Handle& out) {
  Handle at(::open(text[0] == '/' ? "/" : ".", kFolder));
  for (char* rest = text; at;) {
    while (*rest == '/') ++rest;
    if (*rest == '\0') break;
    char* end = std::strchr(rest, '/');
    if (end) *end = '\0';
    if (::mkdirat(at.get(), rest, 0755) < 0 && errno != EEXIST) return errno;
    at = Handle(::openat(at.get(), rest, kFolder));
    if (!end) break;
    *end = '/';
    rest = end;
  }
  if (!at) return errno;
  out = std::move(at);
  return 0;
}

int open_or_make(char* path, Missing missing, Handle& out) {
  const int error = open_folder(path, out);
  return error == ENOENT && missing == Missing::is_made ? make_folders(path, out) : error;
}

bool is_dots(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

}  // namespace

int open_source(char* text, Place& out) {
  const std::size_t size = std::strlen(text);
  const bool has_slash = cut_slashes(text);
  const char* last = std::strrchr(text, '/');
  last = last ? last + 1 : text;
  if (*last == '\0' || is_dots(last) || size == 0) return open_folder(text, out.directory);
  const char* parent = nullptr;
  struct stat info {};
  if (has_slash && (::lstat(text, &info) < 0 || S_ISLNK(info.st_mode))) return ENOTDIR;
  out.name = split_last(text, parent);
  return open_folder(parent, out.directory);
}

int open_destination(char* text, bool into, Missing missing, Place& out) {
  const bool has_slash = cut_slashes(text);
  if (into) return open_or_make(text, missing, out.directory);
  const int error = open_folder(text, out.directory);
  if (error == 0) return 0;
  if (error == ENOENT && has_slash && missing == Missing::is_made) return make_folders(text, out.directory);
  if ((error != ENOENT && error != ENOTDIR) || has_slash) return error;
  const char* parent = nullptr;
  char* name = split_last(text, parent);
  if (!is_plain_name(name)) return ENOENT;
  char root[] = "/", here[] = ".";
  out.name = name;
  return open_or_make(*parent == '/' && parent[1] == '\0' ? root : parent[0] == '.' && parent[1] == '\0' ? here : text, missing,
                      out.directory);
}

}  // namespace sandbox::wire
