#include "wire/page_ring.hpp"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

namespace sandbox::wire {

namespace {

constexpr std::size_t kPage = 4096;

}  // namespace

PageRing::~PageRing() {
  // What is still in the pipe stays there.
  if (pages_) ::munmap(pages_, kSize);
}

int PageRing::read(int file, std::uint64_t offset, std::uint64_t most, char*& bytes, std::size_t& size) {
  if (!pages_) {
    void* pages = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return errno;
    pages_ = static_cast<char*>(pages);
  }
  if (at_ + kChunk > kSize) at_ = 0;
  bytes = pages_ + at_;
  ssize_t n = 0;
  do n = ::pread(file, bytes, most < kChunk ? static_cast<std::size_t>(most) : kChunk, static_cast<off_t>(offset));
  while (n < 0 && errno == EINTR);
  if (n < 0) return errno;
  size = static_cast<std::size_t>(n);
  // Each page of the ring is one place of the pipe.
  at_ += (size + kPage - 1) / kPage * kPage;
  return 0;
}

}  // namespace sandbox::wire
