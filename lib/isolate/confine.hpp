#pragma once
// Confine: runs one program of the host (a package manager, an unpacker) away from the host:
// namespaces of its own, a root in memory that shows only what is listed, one folder it may
// write, no rights outside. What it starts cannot outlive it or us. Its network has no way out
// but what `open_doors` makes.
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ending.hpp"
#include "base/file.hpp"

namespace sandbox::isolate {

struct Confined {
  Path program;
  std::vector<std::string> arguments;    ///< argv, argv[0] included
  std::vector<std::string> environment;
  std::vector<Path> shown;  ///< of the host, read-only, at the same path; the missing are left out
  std::map<std::string, std::string> files;  ///< absolute path inside, content
  Path folder;              ///< of the host, writable at `folder_inside`
  std::string folder_inside = "/work";
  std::string directory = "/";  ///< where the program starts
  /// Folders inside in which the program runs others as in a root of their own: they have a
  /// /dev of plain nodes and a /proc.
  std::vector<std::string> roots;
  int input = -1;   ///< its stdin; borrowed, as the other two; -1: /dev/null
  int output = -1;  ///< its stdout
  int errors = -1;  ///< its stderr
  std::optional<std::uint64_t> largest_file;  ///< bytes; writing past them fails
  /// Called when the network is there and the program has not started; `process` lives in it.
  std::function<void(const Fd& process)> open_doors;
};

/// What programs of a merged-/usr Debian need: /usr, the loader's cache, names of users.
std::vector<Path> shown_by_default();

/// Root: ids 0–65535 inside are ids of nobody outside, and the folder is id-mapped, so that
/// plain ids reach the disk. A user: id 0 inside is the user, and changes of owner are
/// answered with success and not made. Calls `tick` ten times a second while it waits.
Ending run_confined(const Confined& what, const std::function<void()>& tick);

}  // namespace sandbox::isolate
