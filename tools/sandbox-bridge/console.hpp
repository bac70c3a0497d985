#pragma once
// Console: what a machine's kernel says, and QEMU itself. It may say what it likes: the last of it is
// kept, for whoever asks why the machine came down.
#include <string_view>

#include "wire/handle.hpp"

namespace sandbox::bridge {

class Console {
 public:
  static constexpr std::size_t kKept = 4096;

  Console() = default;
  explicit Console(wire::Handle source) : source_(std::move(source)) {}

  int descriptor() const { return source_.get(); }  ///< -1 at its end
  /// Takes what is there.
  void read();
  std::string_view tail() const;

 private:
  wire::Handle source_;
  char text_[2 * kKept] = {};
  std::size_t size_ = 0;
};

}  // namespace sandbox::bridge
