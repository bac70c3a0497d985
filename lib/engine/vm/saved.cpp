#include "engine/vm/saved.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "base/each_data.hpp"
#include "base/error.hpp"
#include "engine/vm/disk.hpp"
#include "engine/vm/qmp.hpp"
#include "wire/frame.hpp"

namespace sandbox::engine {

namespace {

constexpr int kPatienceMs = 60'000;  ///< an emulated processor on a busy host is slow
constexpr std::size_t kPage = 4096;
constexpr std::size_t kAtOnce = 256 * kPage;

Fd create(const Path& file) {
  return checked_fd(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", file.native());
}

std::uint64_t size_of(const Fd& file, const Path& path) {
  struct stat info {};
  if (::fstat(file.get(), &info) < 0) throw_system_error("cannot look at", path.native());
  return static_cast<std::uint64_t>(info.st_size);
}

/// What QEMU and a store that somebody wrote to may have us read.
constexpr std::uint64_t kMostState = 64 << 20, kMostMemory = std::uint64_t{1} << 42;
constexpr int kMostStaleWords = 16;

/// Of the folder of a saved machine: a link would lead anywhere.
Fd open_own(const Path& file) {
  Fd fd = checked_fd(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), "cannot open", file.native());
  struct stat info {};
  if (::fstat(fd.get(), &info) < 0) throw_system_error("cannot look at", file.native());
  if (!S_ISREG(info.st_mode) || info.st_uid != ::geteuid()) throw Error(ExitCode::failed, fmt::format("'{}' is no file of a saved machine", file.native()));
  return fd;
}

/// 0: none came, or the other end is gone.
char next_word(const Fd& socket, int patience_ms) {
  pollfd waiting{socket.get(), POLLIN, 0};
  char word = 0;
  if (::poll(&waiting, 1, patience_ms) <= 0) return 0;
  return ::recv(socket.get(), &word, 1, MSG_DONTWAIT) == 1 ? word : '\0';
}

void bring_to_rest(const Fd& socket) {
  for (int words = 0; next_word(socket, 0) != 0 && words < kMostStaleWords; ++words) {
    // An answer to somebody who did not wait for it.
  }
  const char word = static_cast<char>(wire::Sleep::begin);
  if (::send(socket.get(), &word, 1, MSG_NOSIGNAL) != 1) throw_system_error("cannot reach the machine's bridge");
  if (next_word(socket, kPatienceMs) != static_cast<char>(wire::Sleep::asleep))
    throw Error(ExitCode::failed, "the machine does not come to rest", "try again; sandbox-list shows whether it still runs");
}

bool is_zero(const char* page) { return page[0] == 0 && std::memcmp(page, page + 1, kPage - 1) == 0; }

void write_at(const Fd& file, std::string_view bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot write the saved machine");
    bytes.remove_prefix(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
}

/// Whole pages, those of zeros left out.
void write_pages(const Fd& file, std::string_view pages, std::uint64_t at) {
  for (std::size_t begin = 0; begin < pages.size();) {
    std::size_t end = begin;
    while (end < pages.size() && !is_zero(pages.data() + end)) end += kPage;
    if (end > begin) write_at(file, pages.substr(begin, end - begin), at + begin);
    begin = end + kPage;
  }
}

void read_exactly(const Fd& file, char* into, std::size_t size, std::uint64_t at, const char* what) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = ::pread(file.get(), into + done, size - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_system_error("cannot read", what);
    if (n == 0) throw Error(ExitCode::failed, fmt::format("{} is shorter than it should be", what));
    done += static_cast<std::size_t>(n);
  }
}

/// Whether each page is the process's own or was looked at by it.
std::vector<std::uint64_t> pages_at(const Running& running, std::uint64_t at, std::size_t size) {
  std::vector<std::uint64_t> pages(size / kPage);
  read_exactly(running.pages, reinterpret_cast<char*>(pages.data()), pages.size() * sizeof pages[0],
               (running.address + at) / kPage * sizeof pages[0], "the machine's pages");
  return pages;
}

bool is_there(std::uint64_t page) { return (page >> 62) != 0; }  // present, or swapped out

void read_memory(const Running& running, std::uint64_t at, std::span<char> into) {
  if (!running.pages) return read_exactly(running.memory, into.data(), into.size(), at, "the machine's memory");
  const std::vector<std::uint64_t> pages = pages_at(running, at, into.size());
  for (std::size_t begin = 0, end = 0; begin < pages.size(); begin = end) {
    const bool there = is_there(pages[begin]);
    while (end < pages.size() && is_there(pages[end]) == there) ++end;
    const std::uint64_t from = at + begin * kPage;
    read_exactly(there ? running.memory : running.below, into.data() + begin * kPage, (end - begin) * kPage, there ? running.address + from : from,
                 "the machine's memory");
  }
}

void save_memory(const Running& running, std::uint64_t bytes, const Fd& to) {
  if (::ftruncate(to.get(), static_cast<off_t>(bytes)) < 0) throw_system_error("cannot size the machine's memory");
  std::vector<char> buffer(kAtOnce);
  for (std::uint64_t at = 0; at < bytes; at += kAtOnce) {
    const std::size_t size = std::min<std::uint64_t>(kAtOnce, bytes - at);
    read_memory(running, at, {buffer.data(), size});
    write_pages(to, {buffer.data(), size}, at);
  }
}

/// QEMU keeps what it is given: that is a file in memory, which nobody writes to once it is sealed, and no file of the store.
void save_state(const Fd& monitor, const Path& path, const Fd& to) {
  const Fd state = memory_file("sandbox-state", 0);
  // It takes one that is open exactly as it would open it.
  Qmp::resume(duplicate(monitor)).save_devices(opened_anew(state, O_WRONLY));
  seal(state);
  const std::uint64_t size = size_of(state, path);
  if (size > kMostState) throw Error(ExitCode::failed, "the state of the machine's devices is too large to be one");
  std::string bytes(size, '\0');
  read_exactly(state, bytes.data(), bytes.size(), 0, "the state of the machine's devices");
  write_at(to, bytes, 0);
}

/// The same file where that can be: it is never written to.
void keep_image(const Path& image, const Path& to) {
  if (::link(image.c_str(), to.c_str()) == 0) return;
  const Fd from = checked_fd(::open(image.c_str(), O_RDONLY | O_CLOEXEC), "cannot open", image.native());
  copy_file(from, create(to));
}

class Mapping {
 public:
  Mapping(const Fd& file, std::size_t size) : size_(size) {
    at_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
    if (at_ == MAP_FAILED) throw_system_error("cannot map a memory file");
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(at_, size_); }
  char* at(off_t offset) const { return static_cast<char*>(at_) + offset; }

 private:
  void* at_;
  std::size_t size_;
};

Fd load(const Path& path, const char* name, std::uint64_t most) {
  const Fd from = open_own(path);
  const std::uint64_t size = size_of(from, path);
  if (size == 0 || size > most) throw Error(ExitCode::failed, fmt::format("'{}' has {} bytes", path.native(), size), "take the snapshot again");
  Fd to = memory_file(name, size);
  {
    const Mapping mapping(to, size);  // gone before the seal, which nobody may have it mapped for
    each_data(from, path.native(), [&](off_t at, off_t end) {
      read_exactly(from, mapping.at(at), static_cast<std::size_t>(end - at), static_cast<std::uint64_t>(at), "a saved machine");
    });
  }
  seal(to);
  return to;
}

}  // namespace

SavedFiles SavedFiles::in(const Path& folder) { return {folder / "memory", folder / "state", folder / "disk", folder / "image"}; }

void save_machine(const Running& running, std::uint64_t memory_bytes, const Path& image, const Path& folder) {
  if (memory_bytes % kPage != 0) throw Error(ExitCode::input, "the machine's memory is no number of whole pages", "launch it with another --memory");
  const SavedFiles files = SavedFiles::in(folder);
  keep_image(image, files.image);
  const Fd memory = create(files.memory), state = create(files.state), disk = create(files.disk);
  bring_to_rest(running.sleep);
  save_state(running.monitor, files.state, state);
  save_memory(running, memory_bytes, memory);
  copy_file(running.disk, disk);
}

Template load_saved(const Path& folder) {
  const SavedFiles files = SavedFiles::in(folder);
  return {load(files.memory, "sandbox-saved", kMostMemory), load(files.state, "sandbox-saved-state", kMostState)};
}

}  // namespace sandbox::engine
