#include "image/deletion.hpp"

#include <fmt/format.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::image {

namespace {

constexpr std::string_view kPrefix = "user.overlay.";
constexpr std::array<std::string_view, 4> kBookkeeping = {"origin", "impure", "nlink", "uuid"};

}  // namespace

bool is_whiteout(const struct stat& info) { return S_ISCHR(info.st_mode) && info.st_rdev == ::makedev(0, 0); }

void make_whiteout(const Fd& directory, const std::string& name) {
  if (::mknodat(directory.get(), name.c_str(), S_IFCHR, ::makedev(0, 0)) < 0)
    throw_system_error("cannot note the removal of", visible(name));
}

bool is_opaque(int parent, const char* name) {
  // There is no lgetxattrat(2): the name is reached through the descriptor's path.
  const std::string through = fmt::format("/proc/self/fd/{}/{}", parent, name);
  char value = 0;
  return ::lgetxattr(through.c_str(), kOpaque, &value, 1) == 1 && value == 'y';
}

void make_opaque(const Fd& directory) {
  const std::string through = fmt::format("/proc/self/fd/{}", directory.get());
  if (::setxattr(through.c_str(), kOpaque, "y", 1, 0) < 0)
    throw_system_error("cannot hide what is below a directory of the layer");
}

bool is_bookkeeping(std::string_view attribute) {
  return attribute.starts_with(kPrefix) &&
         std::ranges::find(kBookkeeping, attribute.substr(kPrefix.size())) != kBookkeeping.end();
}

bool is_overlays(std::string_view attribute) { return attribute.starts_with(kPrefix) && !is_bookkeeping(attribute); }

}  // namespace sandbox::image
