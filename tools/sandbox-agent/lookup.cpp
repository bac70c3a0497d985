#include "lookup.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "buffer.hpp"
#include "handle.hpp"

namespace sandbox::agent {

namespace {

constexpr off_t kMaxFile = 1 << 20;

Buffer read_regular(const char* path) {
  Buffer bytes;
  // O_NONBLOCK: the image may hold a FIFO there, and opening that would wait for ever.
  const Handle file(::open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode) || info.st_size <= 0 ||
      info.st_size > kMaxFile || !bytes.reserve(static_cast<std::size_t>(info.st_size)))
    return bytes;
  while (bytes.size() < bytes.capacity()) {
    const ssize_t n = ::read(file.get(), bytes.data() + bytes.size(), bytes.capacity() - bytes.size());
    if (n <= 0) break;
    bytes.grew(static_cast<std::size_t>(n));
  }
  return bytes;
}

}  // namespace

bool look_up_account(std::string_view spec, Account& out) {
  const Buffer passwd = read_regular("/etc/passwd");
  const Buffer group = read_regular("/etc/group");
  return find_account(spec, passwd.view(), group.view(), out);
}

}  // namespace sandbox::agent
