#include "build/times.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/deletion.hpp"
#include "image/manifest.hpp"
#include "image/tree.hpp"

namespace sandbox::build {

namespace {

bool is_later(const timespec& time, const timespec& than) {
  return time.tv_sec != than.tv_sec ? time.tv_sec > than.tv_sec : time.tv_nsec > than.tv_nsec;
}

class Clamp {
 public:
  explicit Clamp(timespec latest) : latest_(latest) {}
  void entry(int parent, const char* name, const std::string& path, std::size_t depth);

 private:
  void children(int parent, const char* name, const struct stat& info, const std::string& path, std::size_t depth);
  timespec latest_;
};

void Clamp::children(int parent, const char* name, const struct stat& info, const std::string& path, std::size_t depth) {
  if (depth > image::Bounds().depth) return;  // then it becomes no layer
  const auto opened = image::Readable::open(parent, name, info, path);
  for (const std::string& child : opened.names())
    entry(opened.fd().get(), child.c_str(), path.empty() ? child : path + "/" + child, depth + 1);
}

void Clamp::entry(int parent, const char* name, const std::string& path, std::size_t depth) {
  const struct stat info = image::look_at(parent, name, path);
  if (S_ISDIR(info.st_mode)) children(parent, name, info, path, depth);
  // A deletion has no time for anybody, and may have many names.
  if (image::is_whiteout(info) || !is_later(info.st_mtim, latest_)) return;
  const timespec times[] = {{0, UTIME_OMIT}, {kEpoch, 0}};
  if (::utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW) < 0) throw_system_error("cannot set the time of", visible(path));
}

}  // namespace

void clamp_times(const Path& tree, timespec latest) {
  const Fd top = checked_fd(::open(tree.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", tree.native());
  Clamp(latest).entry(top.get(), ".", "", 0);
}

}  // namespace sandbox::build
