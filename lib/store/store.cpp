#include "store/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/error.hpp"

namespace sandbox::store {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Path home() {
  const std::string home = environment("HOME");
  if (home.empty() || home.front() != '/')
    throw Error(HostCheck::store, "no home directory: HOME is not set", "set HOME or SANDBOX_STORE");
  return home;
}

struct Places {
  Path state, run;
};

Places locations() {
  if (const std::string given = environment("SANDBOX_STORE"); !given.empty()) {
    if (given.front() != '/')
      throw Error(ExitCode::input, fmt::format("SANDBOX_STORE '{}' is not an absolute path", given));
    return {given, Path(given) / "run"};
  }
  if (::geteuid() == 0) return {"/var/lib/sandbox", "/run/sandbox"};
  const std::string data = environment("XDG_DATA_HOME");
  const std::string runtime = environment("XDG_RUNTIME_DIR");
  const Path state = (data.empty() ? home() / ".local/share" : Path(data)) / "sandbox";
  return {state, runtime.empty() ? state / "run" : Path(runtime) / "sandbox"};
}

/// Makes the directory if it is missing; refuses one that is not ours alone.
void ensure_private(const Path& directory) {
  if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST) {
    if (errno != ENOENT) throw_system_error("cannot create the store", directory.native(), HostCheck::store);
    std::error_code error;
    std::filesystem::create_directories(directory.parent_path(), error);
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
      throw_system_error("cannot create the store", directory.native(), HostCheck::store);
  }
  if (!Store::is_private(directory) && ::chmod(directory.c_str(), 0700) < 0)
    throw_system_error("others can enter the store", directory.native(), HostCheck::store);
}

}  // namespace

Store Store::where() {
  Places places = locations();
  return {std::move(places.state), std::move(places.run)};
}

bool Store::is_private(const Path& directory) {
  struct stat info {};
  if (::lstat(directory.c_str(), &info) < 0) throw_system_error("cannot look at the store", directory.native(), HostCheck::store);
  if (!S_ISDIR(info.st_mode))
    throw Error(HostCheck::store, fmt::format("the store '{}' is not a directory", directory.native()));
  if (info.st_uid != ::geteuid())
    throw Error(HostCheck::store, fmt::format("the store '{}' belongs to uid {}", directory.native(), info.st_uid),
                "set SANDBOX_STORE to a directory of your own");
  return (info.st_mode & 0077) == 0;
}

Store Store::open() {
  Store store = where();
  // One look at the marker directory replaces ten at the parts on every later start; `ended`
  // is made last.
  ensure_private(store.state());
  ensure_private(store.run());
  if (::access(store.ended().c_str(), W_OK) == 0 && ::access(store.temporary().c_str(), W_OK) == 0)
    return store;
  for (const Path& part : {store.layers(), store.images(), store.images() / "names", store.keys(),
                           store.caches(), store.temporary(), store.sandboxes(), store.places(),
                           store.ended()})
    ensure_private(part);
  return store;
}

}  // namespace sandbox::store
