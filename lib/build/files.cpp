#include "build/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/beneath.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "build/recipe_parts.hpp"
#include "image/manifest.hpp"
#include "image/view.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

class Copier {
 public:
  Copier(const Recipe& recipe, const Copy& copy, image::View& view)
      : recipe_(recipe), copy_(copy), view_(view), owner_{copy.uid.value_or(0), copy.gid.value_or(0)} {}

  void run() {
    const Fd source = open_source(recipe_, copy_.from, copy_.place);
    put(source, "", copy_.to, 0);
  }

 private:
  void put(const Fd& parent, const std::string& name, const std::string& to, int depth);
  void put_directory(const Fd& directory, const std::string& to, mode_t mode, int depth);

  /// What git keeps of a mode: a checkout's umask must not change the image.
  unsigned mode_for(mode_t mode, int depth) const {
    if (depth == 0 && copy_.mode) return *copy_.mode;
    return S_ISDIR(mode) || (mode & 0100) ? 0755 : 0644;
  }

  [[noreturn]] void refuse(const std::string& to, std::string_view why) const {
    throw problem_at(recipe_.file, copy_.place,
                     fmt::format("cannot copy '{}' to '{}': {}", visible(copy_.from), visible(to), why));
  }

  const Recipe& recipe_;
  const Copy& copy_;
  image::View& view_;
  image::Owner owner_;
};

/// The entry `name` of `parent`, or `parent` itself when the name is empty.
Fd open_entry(const Fd& parent, const std::string& name, int flags) {
  if (!name.empty()) return Fd(::openat(parent.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
  return Fd(::open(fmt::format("/proc/self/fd/{}", parent.get()).c_str(), flags | O_CLOEXEC));
}

void Copier::put(const Fd& parent, const std::string& name, const std::string& to, int depth) {
  if (depth > 100) refuse(to, "nested too deeply");
  struct stat info {};
  if (::fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) < 0)
    refuse(to, error_text(errno));
  if (S_ISLNK(info.st_mode)) {
    char target[4096];
    const ssize_t length = ::readlinkat(parent.get(), name.c_str(), target, sizeof target);
    if (length <= 0) refuse(to, error_text(errno));
    return view_.put_link(to, std::string(target, static_cast<std::size_t>(length)), owner_);
  }
  if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) refuse(to, "not a file, folder or link");
  const Fd fd = open_entry(parent, name, O_RDONLY | O_NONBLOCK);
  if (!fd) refuse(to, error_text(errno));
  if (S_ISDIR(info.st_mode)) return put_directory(fd, to, info.st_mode, depth);
  view_.put_file(to, fd, mode_for(info.st_mode, depth), owner_);
}

void Copier::put_directory(const Fd& directory, const std::string& to, mode_t mode, int depth) {
  // A folder that is there keeps its mode unless the recipe names one.
  (void)view_.open_directory(to);
  if (depth == 0 ? copy_.mode || copy_.uid : copy_.uid.has_value())
    view_.set_directory(to, mode_for(mode, depth), owner_);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(duplicate(directory).release()), ::closedir);
  if (!stream) refuse(to, error_text(errno));
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get()))
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) names.emplace_back(entry->d_name);
  std::ranges::sort(names);
  for (const std::string& name : names)
    put(directory, name, (to == "/" ? "" : to) + "/" + name, depth + 1);
}

Json links_json(const std::vector<Link>& all) {
  Json links = Json::array();
  for (const Link& link : all) links.push_back({link.at, link.target});
  return links;
}

}  // namespace

Fd open_source(const Recipe& recipe, const std::string& path, Place place) {
  Fd source = open_beneath(recipe.folder, path, O_PATH);
  if (source) return source;
  const int error = errno;
  const std::string cause = error == EXDEV ? "it leaves the recipe's folder" : error_text(error);
  throw problem_at(recipe.file, place, fmt::format("cannot open '{}': {}", visible(path), cause));
}

std::string describe_copies(const Recipe& recipe, const std::vector<Copy>& copies) {
  std::string described;
  for (const Copy& copy : copies)
    described += image::describe_source(open_source(recipe, copy.from, copy.place), copy.from) + "\n";
  return described;
}

Step files_step(const Recipe& recipe, const std::vector<Copy>& copies, const std::vector<Link>& links) {
  const std::string described = describe_copies(recipe, copies);
  const Json text = {{"step", "files"}, {"copy", copies_json(copies)}, {"sources", described}, {"links", links_json(links)}};
  return {"files", record::dump(text), false, [=](const Workplace& place) {
            image::View view(place.tree, place.lower);
            for (const Copy& copy : copies) Copier(recipe, copy, view).run();
            for (const Link& link : links) view.put_link(link.at, link.target, {});
            if (describe_copies(recipe, copies) != described)
              throw Error(ExitCode::failed, fmt::format("files of '{}' changed while they were copied", recipe.name),
                          "build again");
          }};
}

}  // namespace sandbox::build
