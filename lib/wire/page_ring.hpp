#pragma once
// PageRing: bytes of a file into a pipe by way of pages of ours, which the pipe borrows: they are
// read once and not copied again. Whoever holds the other end of the pipe sees no page of the
// file itself. A pipe that is written to takes new pages all the time, which the reader frees on
// another processor: that costs more than the copy. Freestanding.
#include <cstddef>
#include <cstdint>

namespace sandbox::wire {

class PageRing {
 public:
  PageRing() = default;
  ~PageRing();
  PageRing(const PageRing&) = delete;
  PageRing& operator=(const PageRing&) = delete;

  /// The next bytes of the file, to be put into a pipe of at most kMostPipe. `size` 0: at its end.
  /// 0 or an errno.
  int read(int file, std::uint64_t offset, std::uint64_t most, char*& bytes, std::size_t& size);

  static constexpr std::size_t kMostPipe = 1 << 20;

 private:
  // What is read next lay in the pipe before; since then more has followed it there than the pipe
  // holds, whatever was skipped at the end of the ring.
  static constexpr std::size_t kChunk = 256 << 10;
  static constexpr std::size_t kSize = kMostPipe + 2 * kChunk;
  char* pages_ = nullptr;
  std::size_t at_ = 0;
};

}  // namespace sandbox::wire
