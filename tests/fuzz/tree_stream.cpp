// A tree as a hostile sandbox sends it. Whatever it says, nothing beside the folder is touched, no
// name is more than one component, and what fails is not half there.
// sources: lib/wire/tree_receiver.cpp lib/wire/item_reader.cpp lib/wire/item_writer.cpp lib/wire/page_ring.cpp
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "wire/item_writer.hpp"
#include "wire/tree_receiver.hpp"

namespace {

using namespace sandbox;
using wire::Item;

constexpr std::uint64_t kLimit = 1 << 20;

/// A folder, and beside it what nobody may touch. ci/fuzz removes what it is in.
class Place {
 public:
  Place() {
    const char* temporary = std::getenv("TMPDIR");
    std::string path = std::string(temporary ? temporary : "/tmp") + "/tree-XXXXXX";
    if (!::mkdtemp(path.data())) std::abort();
    around_ = wire::Handle(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    outside_ = wire::Handle(::openat(around_.get(), "outside", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    before_ = now();
  }
  int open_folder() {
    if (::mkdirat(around_.get(), "folder", 0700) < 0) std::abort();
    return ::openat(around_.get(), "folder", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  }
  void remove_folder() {
    if (wire::remove_at(around_.get(), "folder") != 0) std::abort();
  }
  void check() const {
    const struct stat found = now();
    if (count_names() != 2) std::abort();
    if (found.st_nlink != 1 || found.st_size != 0 || found.st_mode != before_.st_mode || found.st_ino != before_.st_ino ||
        found.st_mtim.tv_sec != before_.st_mtim.tv_sec || found.st_mtim.tv_nsec != before_.st_mtim.tv_nsec)
      std::abort();
  }

 private:
  struct stat now() const {
    struct stat info {};
    if (::fstatat(around_.get(), "outside", &info, AT_SYMLINK_NOFOLLOW) < 0) std::abort();
    return info;
  }
  std::size_t count_names() const {
    DIR* stream = ::fdopendir(::openat(around_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!stream) std::abort();
    std::size_t count = 0;
    while (const dirent* found = ::readdir(stream))
      if (std::strcmp(found->d_name, ".") != 0 && std::strcmp(found->d_name, "..") != 0) ++count;
    ::closedir(stream);
    return count;
  }
  wire::Handle around_, outside_;
  struct stat before_ {};
};

/// Entries from few bytes each, so that a stream is often well-formed far into it.
void write_entries(wire::ItemWriter& out, std::string_view input) {
  constexpr std::array<std::string_view, 8> kNames = {"a", "b", "c", "..", "a/b", "", "folder", "outside"};
  constexpr std::array<std::string_view, 8> kTexts = {"a", "a/b", "..", "../outside", "/", "b", "a/../../outside", "a/a/a"};
  for (std::size_t at = 0; at + 4 <= input.size(); at += 4) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(input[at + i]); };
    wire::ItemHeader header{.item = static_cast<Item>(byte(0) % 11),
                            .flags = static_cast<std::uint8_t>(byte(1) % 16),
                            .mode = byte(2) * 257U,
                            .size = byte(3)};
    if (header.item == Item::data) {
      (void)out.put_data(byte(2), std::string(byte(3), 'x'));
      continue;
    }
    const bool has_name = header.item == Item::directory || header.item == Item::file || header.item == Item::link ||
                          header.item == Item::hard_link || header.item == Item::remove;
    const bool has_text = header.item == Item::link || header.item == Item::hard_link;
    (void)out.put(header, has_name ? kNames[byte(3) % 8] : "", has_text ? kTexts[byte(2) % 8] : "");
  }
}

/// The stream in a pipe whose other end is closed, whole.
wire::Handle stream_of(std::string_view input, bool from_entries) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) std::abort();
  wire::Handle reading(ends[0]);
  const wire::Handle writing(ends[1]);
  if (::fcntl(writing.get(), F_SETPIPE_SZ, 1 << 20) < 0 || ::fcntl(writing.get(), F_SETFL, O_NONBLOCK) < 0) std::abort();
  if (!from_entries) {
    if (::write(writing.get(), input.data(), input.size()) < 0) std::abort();
    return reading;
  }
  const auto out = std::make_unique<wire::ItemWriter>(writing.get(), wire::Pages::copied);
  write_entries(*out, input.substr(0, 2048));
  (void)out->flush();
  return reading;
}

void receive(const wire::Handle& stream, unsigned how) {
  static Place place;
  {
    const wire::Handle folder(place.open_folder());
    const wire::ReceiverOptions options{.as = (how & 2) != 0 ? "a" : nullptr, .may_remove = (how & 4) != 0, .limit = kLimit};
    const auto receiver = std::make_unique<wire::TreeReceiver>(stream.get(), folder.get(), options);
    if (receiver->receive() == bool(receiver->failure())) std::abort();
    if (!receiver->failure() && receiver->bytes() > kLimit) std::abort();
  }
  place.check();
  place.remove_folder();
}

/// As those read it that make no files of it.
void read(const wire::Handle& stream) {
  const auto reader = std::make_unique<wire::ItemReader>(stream.get());
  for (wire::ItemHeader header; reader->next(header) == 0;) {
    if (!reader->name().empty() && !wire::is_plain_name(reader->name())) std::abort();
    if (header.item != Item::data) continue;
    for (std::string_view bytes; header.size > 0; header.size -= bytes.size())
      if (reader->take(header.size < 4096 ? header.size : 4096, bytes) != 0 || bytes.empty()) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const wire::Handle stream = stream_of(input, (data[0] & 1) != 0);
  if ((data[0] & 8) != 0) read(stream);
  else receive(stream, data[0]);
  return 0;
}
