#pragma once
// WatchedFolder: a folder of the caller, and the kernel's word that something in it changed. The
// word is only a call to look again: what changed is what the looks differ by.
#include <sys/stat.h>

#include <chrono>
#include <map>
#include <string>

#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::tool {

/// Files, folders and links by path from the top; .git, sockets, fifos and devices are left out.
using Look = std::map<std::string, struct stat>;

class WatchedFolder {
 public:
  /// Throws Error(input) when it is none.
  static WatchedFolder open(const Path& path);

  const Fd& top() const { return top_; }
  Look look();
  /// Waits for a change, then until there is none for a moment. False when the time passed first.
  bool await_change(std::chrono::milliseconds most);

 private:
  WatchedFolder(Fd top, Fd events) : top_(std::move(top)), events_(std::move(events)) {}
  void look_in(const Fd& directory, const std::string& above, Look& look);
  bool drain();
  Fd top_;
  Fd events_;
  bool is_watched_ = true;  ///< all of it
};

bool is_same(const struct stat& a, const struct stat& b);

}  // namespace sandbox::tool
