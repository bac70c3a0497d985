#pragma once
// PathText: the path of what a walk is at, for hard links and for people. Freestanding; a path
// that does not fit is cut.
#include <cstddef>
#include <cstring>
#include <string_view>

namespace sandbox::wire {

class PathText {
 public:
  std::string_view view() const { return {text_, size_}; }
  /// Where to come back to with cut().
  std::size_t push(std::string_view name) {
    const std::size_t before = size_;
    if (size_ != 0) append("/");
    append(name);
    return before;
  }
  void cut(std::size_t size) { size_ = size; }

 private:
  void append(std::string_view part) {
    const std::size_t room = sizeof text_ - size_;
    const std::size_t size = part.size() < room ? part.size() : room;
    if (size != 0) std::memcpy(text_ + size_, part.data(), size);
    size_ += size;
  }
  char text_[65536];
  std::size_t size_ = 0;
};

}  // namespace sandbox::wire
