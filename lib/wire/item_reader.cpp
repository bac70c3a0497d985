#include "wire/item_reader.hpp"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cstring>

namespace sandbox::wire {

namespace {

constexpr std::uint64_t kWorthSplicing = 32 * 1024;
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 62;

bool write_at(int file, const char* bytes, std::size_t size, std::uint64_t offset) {
  while (size != 0) {
    const ssize_t n = ::pwrite(file, bytes, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    offset += static_cast<std::uint64_t>(n);
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

int ItemReader::wait() {
  pollfd waiting{pipe_, POLLIN, 0};
  (void)::poll(&waiting, 1, onlooker_.patience());
  return onlooker_.asks_to_stop(0) ? ECANCELED : 0;
}

/// Only when the buffer is empty.
int ItemReader::fill() {
  for (;;) {
    const ssize_t n = ::read(pipe_, buffer_, sizeof buffer_);
    if (n > 0) {
      at_ = 0;
      size_ = static_cast<std::size_t>(n);
      return onlooker_.asks_to_stop(size_) ? ECANCELED : 0;
    }
    if (n == 0) return EPIPE;
    if (errno != EAGAIN && errno != EINTR) return errno;
    if (const int error = wait()) return error;
  }
}

int ItemReader::take(std::size_t most, std::string_view& bytes) {
  if (at_ == size_)
    if (const int error = fill()) return error;
  const std::size_t size = size_ - at_ < most ? size_ - at_ : most;
  bytes = {buffer_ + at_, size};
  at_ += size;
  return 0;
}

int ItemReader::read_exactly(void* into, std::size_t size) {
  char* to = static_cast<char*>(into);
  while (size != 0) {
    std::string_view bytes;
    if (const int error = take(size, bytes)) return error;
    std::memcpy(to, bytes.data(), bytes.size());
    to += bytes.size();
    size -= bytes.size();
  }
  return 0;
}

bool ItemReader::is_well_formed(const ItemHeader& header) const {
  if (header.nanoseconds >= 1'000'000'000 || header.size > kMaxSize || header.offset > kMaxSize) return false;
  switch (header.item) {
    case Item::directory:
    case Item::file:
    case Item::remove:
      return is_plain_name(name()) && text_length_ == 0;
    case Item::link:
    case Item::hard_link:
      return is_plain_name(name()) && text_length_ != 0 && std::memchr(text_, '\0', text_length_) == nullptr;
    case Item::problem:
      return name_length_ == 0 && header.flags > static_cast<std::uint8_t>(Problem::none) &&
             header.flags <= static_cast<std::uint8_t>(Problem::stopped);
    case Item::data:
    case Item::end:
    case Item::finish:
      return name_length_ == 0 && text_length_ == 0;
  }
  return false;
}

int ItemReader::next(ItemHeader& header) {
  if (const int error = read_exactly(&header, sizeof header)) return error;
  if (header.name_length > kMaxName || header.text_length > kMaxText) return EBADMSG;
  name_length_ = header.name_length;
  text_length_ = header.text_length;
  if (const int error = read_exactly(name_, name_length_)) return error;
  if (const int error = read_exactly(text_, text_length_)) return error;
  name_[name_length_] = text_[text_length_] = '\0';
  return is_well_formed(header) ? 0 : EBADMSG;
}

/// From the pipe into the file, without a stop in between, as long as these two can.
int ItemReader::splice_into(int file, std::uint64_t& offset, std::uint64_t& left, bool& failed_to_write) {
  while (left != 0) {
    off_t at = static_cast<off_t>(offset);
    const std::size_t most = left < (1 << 20) ? static_cast<std::size_t>(left) : 1 << 20;
    const ssize_t n = ::splice(pipe_, nullptr, file, &at, most, SPLICE_F_MOVE);
    if (n > 0) {
      offset += static_cast<std::uint64_t>(n);
      left -= static_cast<std::uint64_t>(n);
      if (onlooker_.asks_to_stop(static_cast<std::uint64_t>(n))) return ECANCELED;
    } else if (n == 0) {
      return EPIPE;
    } else if (errno == EINVAL) {
      may_splice_ = false;
      return 0;
    } else if (errno != EAGAIN && errno != EINTR) {
      failed_to_write = true;
      return errno;
    } else if (const int error = wait()) {
      return error;
    }
  }
  return 0;
}

int ItemReader::take_into(int file, std::uint64_t offset, std::uint64_t size, bool& failed_to_write) {
  std::uint64_t left = size;
  while (left != 0) {
    if (at_ == size_ && left >= kWorthSplicing && may_splice_) {
      if (const int error = splice_into(file, offset, left, failed_to_write)) return error;
      continue;
    }
    std::string_view bytes;
    if (const int error = take(left < sizeof buffer_ ? static_cast<std::size_t>(left) : sizeof buffer_, bytes)) return error;
    if (!write_at(file, bytes.data(), bytes.size(), offset)) {
      failed_to_write = true;
      return errno;
    }
    offset += bytes.size();
    left -= bytes.size();
  }
  return 0;
}

}  // namespace sandbox::wire
