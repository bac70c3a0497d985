#pragma once
// Cpio: an archive as the kernel unpacks it into its first root ("newc", Linux:
// Documentation/driver-api/early-userspace/buffer-format.rst). The same bytes each time.
#include <cstdint>
#include <string>
#include <string_view>

namespace sandbox::engine {

class Cpio {
 public:
  void folder(std::string_view path);
  void file(std::string_view path, unsigned mode, std::string_view bytes);
  void device(std::string_view path, unsigned major, unsigned minor);  ///< a character device

  /// The whole archive; the object is used up.
  std::string finish() &&;

 private:
  struct Entry {
    unsigned mode = 0;
    std::string_view bytes;
    unsigned major = 0, minor = 0;
  };
  void add(std::string_view path, const Entry& entry);
  void pad();
  std::string archive_;
  unsigned inode_ = 0;
};

}  // namespace sandbox::engine
