#include "console.hpp"

#include <errno.h>
#include <unistd.h>

#include <cstring>

namespace sandbox::bridge {

void Console::read() {
  if (!source_) return;
  const ssize_t n = ::read(source_.get(), text_ + size_, sizeof text_ - size_);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) source_.close();
  if (n <= 0) return;
  size_ += static_cast<std::size_t>(n);
  if (size_ < sizeof text_) return;
  std::memmove(text_, text_ + size_ - kKept, kKept);
  size_ = kKept;
}

std::string_view Console::tail() const {
  const std::size_t kept = size_ < kKept ? size_ : kKept;
  return {text_ + size_ - kept, kept};
}

}  // namespace sandbox::bridge
