#include "wire/item_writer.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

namespace sandbox::wire {

namespace {

constexpr std::uint64_t kSmall = 16 * 1024;

}  // namespace

/// The pipe may be one that never blocks.
int ItemWriter::wait() {
  pollfd waiting{pipe_, POLLOUT, 0};
  (void)::poll(&waiting, 1, onlooker_.patience());
  return onlooker_.asks_to_stop(0) ? ECANCELED : 0;
}

int ItemWriter::write_out(const char* data, std::size_t size) {
  while (size != 0) {
    const ssize_t n = ::write(pipe_, data, size);
    if (n >= 0) {
      data += n;
      size -= static_cast<std::size_t>(n);
      if (onlooker_.asks_to_stop(static_cast<std::uint64_t>(n))) return ECANCELED;
    } else if (errno != EAGAIN && errno != EINTR) {
      return errno;
    } else if (const int error = wait()) {
      return error;
    }
  }
  return 0;
}

int ItemWriter::flush() {
  const std::size_t size = size_;
  size_ = 0;
  return write_out(buffer_, size);
}

int ItemWriter::append(const void* data, std::size_t size) {
  if (size > sizeof buffer_ - size_)
    if (const int error = flush()) return error;
  if (size > sizeof buffer_) return write_out(static_cast<const char*>(data), size);
  if (size != 0) std::memcpy(buffer_ + size_, data, size);
  size_ += size;
  return 0;
}

int ItemWriter::put(const ItemHeader& header, std::string_view name, std::string_view text) {
  ItemHeader whole = header;
  whole.name_length = static_cast<std::uint16_t>(name.size());
  whole.text_length = static_cast<std::uint32_t>(text.size());
  if (const int error = append(&whole, sizeof whole)) return error;
  if (const int error = append(name.data(), name.size())) return error;
  return append(text.data(), text.size());
}

int ItemWriter::put_data(std::uint64_t offset, std::string_view bytes) {
  if (const int error = put({.item = Item::data, .size = bytes.size(), .offset = offset})) return error;
  bytes_ += bytes.size();
  return append(bytes.data(), bytes.size());
}

/// Pages of the file itself, until it ends or cannot be lent.
int ItemWriter::lend(int file, std::uint64_t& offset, std::uint64_t& left) {
  while (left != 0) {
    off_t at = static_cast<off_t>(offset);
    const ssize_t n = ::sendfile(pipe_, file, &at, left < (1 << 30) ? left : 1 << 30);
    if (n > 0) {
      offset += static_cast<std::uint64_t>(n);
      left -= static_cast<std::uint64_t>(n);
      if (onlooker_.asks_to_stop(static_cast<std::uint64_t>(n))) return ECANCELED;
    } else if (n == 0 || errno == EINVAL) {
      return 0;
    } else if (errno != EAGAIN && errno != EINTR) {
      return errno;
    } else if (const int error = wait()) {
      return error;
    }
  }
  return 0;
}

/// Pages of the ring, which the pipe borrows. What is no pipe, or a larger one than the ring is
/// made for, is written to.
int ItemWriter::give(char* pages, std::size_t size) {
  const int holds = ::fcntl(pipe_, F_GETPIPE_SZ);
  if (holds < 0 || static_cast<std::size_t>(holds) > PageRing::kMostPipe) return write_out(pages, size);
  while (size != 0) {
    const iovec part{pages, size};
    const ssize_t n = ::vmsplice(pipe_, &part, 1, SPLICE_F_NONBLOCK);
    if (n >= 0) {
      pages += n;
      size -= static_cast<std::size_t>(n);
      if (onlooker_.asks_to_stop(static_cast<std::uint64_t>(n))) return ECANCELED;
    } else if (errno != EAGAIN && errno != EINTR) {
      return errno;
    } else if (const int error = wait()) {
      return error;
    }
  }
  return 0;
}

/// Until it ends.
int ItemWriter::copy(int file, std::uint64_t& offset, std::uint64_t& left) {
  while (left != 0) {
    char* bytes = nullptr;
    std::size_t size = 0;
    if (const int error = ring_.read(file, offset, left, bytes, size)) return error;
    if (size == 0) return 0;
    if (const int error = give(bytes, size)) return error;
    offset += size;
    left -= size;
  }
  return 0;
}

int ItemWriter::put_data_of(int file, std::uint64_t from, std::uint64_t offset, std::uint64_t size) {
  if (const int error = put({.item = Item::data, .size = size, .offset = offset})) return error;
  bytes_ += size;
  std::uint64_t left = size;
  if (left > kSmall) {
    if (const int error = flush()) return error;
    if (const int error = pages_ == Pages::lent ? lend(file, from, left) : copy(file, from, left)) return error;
  }
  char chunk[kSmall];
  while (left != 0) {
    const std::size_t most = left < sizeof chunk ? static_cast<std::size_t>(left) : sizeof chunk;
    ssize_t n = ::pread(file, chunk, most, static_cast<off_t>(from));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) {  // it became shorter; so much was promised
      std::memset(chunk, 0, most);
      n = static_cast<ssize_t>(most);
    }
    if (const int error = append(chunk, static_cast<std::size_t>(n))) return error;
    from += static_cast<std::uint64_t>(n);
    left -= static_cast<std::uint64_t>(n);
  }
  return 0;
}

}  // namespace sandbox::wire
