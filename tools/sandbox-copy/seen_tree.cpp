#include "seen_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/error.hpp"
#include "life/tree.hpp"
#include "wire/item_reader.hpp"

namespace sandbox::tool {

namespace {

using wire::Item;
using wire::ItemHeader;
using wire::Problem;

constexpr std::size_t kMostFiles = 5'000'000;

class Viewer {
 public:
  Viewer(life::TreeGet& tree, SeenTree& seen, std::uint64_t largest)
      : tree_(tree), in_(tree.pipe(), life::interruption()), seen_(seen), largest_(largest) {}

  void run() {
    for (ItemHeader header = next(); header.item != Item::finish; header = next()) entry(header, "", 0);
  }

 private:
  ItemHeader next();
  void entry(const ItemHeader& header, const std::string& above, std::size_t depth);
  void file(const ItemHeader& header, SeenFile& seen);
  [[noreturn]] void fail(Problem problem, int error, std::string_view path);

  life::TreeGet& tree_;
  wire::ItemReader in_;
  SeenTree& seen_;
  std::uint64_t largest_;
  std::size_t number_ = 0;
};

void Viewer::fail(Problem problem, int error, std::string_view path) {
  const auto failure = std::make_unique<wire::Failure>();
  wire::PathText text;
  text.push(path);
  failure->set(problem, error, text);
  throw life::tree_error(*failure, life::Side::inside);
}

ItemHeader Viewer::next() {
  ItemHeader header;
  const int error = in_.next(header);
  if (error == ECANCELED) stop_if_asked();
  if (error == EPIPE) tree_.explain_end();
  if (error != 0) fail(error == EPIPE ? Problem::cut_off : Problem::malformed, error, "");
  if (header.item == Item::problem) fail(static_cast<Problem>(header.flags), static_cast<int>(header.mode), in_.text());
  return header;
}

void Viewer::entry(const ItemHeader& header, const std::string& above, std::size_t depth) {
  const std::string path = above + std::string(in_.name());
  SeenFile seen;
  seen.mode = header.mode;
  if (seen_.files.size() >= kMostFiles || depth >= wire::kMaxDepth) fail(Problem::depth, ELOOP, path);
  switch (header.item) {
    case Item::directory:
      seen.mode = S_IFDIR | (header.mode & 07777);
      seen_.files[path] = seen;
      for (ItemHeader child = next(); child.item != Item::end; child = next()) entry(child, path + "/", depth + 1);
      return;
    case Item::link:
      seen.mode = S_IFLNK | 0777;
      seen.target = in_.text();
      break;
    case Item::file:
      file(header, seen);
      break;
    default:
      fail(Problem::malformed, EBADMSG, path);
  }
  seen_.files[path] = std::move(seen);
}

void Viewer::file(const ItemHeader& header, SeenFile& seen) {
  seen.is_unchanged = (header.flags & wire::kUnchanged) != 0;
  seen.is_unsent = (header.flags & wire::kUnsent) != 0;
  Fd content;
  if (!seen.is_unchanged && !seen.is_unsent) {
    seen.mode = S_IFREG | (header.mode & 07777);
    seen.content = seen_.directory.path() / fmt::format("{}", number_++);
    content = checked_fd(::open(seen.content.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot make", seen.content.native());
  }
  ItemHeader part = next();
  for (; part.item == Item::data; part = next()) {
    if (!content || part.offset + part.size > largest_) fail(Problem::malformed, EBADMSG, "");
    bool failed_to_write = false;
    if (const int error = in_.take_into(content.get(), part.offset, part.size, failed_to_write)) {
      if (error == ECANCELED) stop_if_asked();
      errno = error;
      if (failed_to_write) throw_system_error("cannot write", seen.content.native());
      fail(Problem::cut_off, error, "");
    }
  }
  if (part.item != Item::end) fail(Problem::malformed, EBADMSG, "");
  if (content && (part.size > largest_ || ::ftruncate(content.get(), static_cast<off_t>(part.size)) < 0))
    fail(Problem::malformed, EBADMSG, "");
}

}  // namespace

SeenTree see_tree(const Reach& reach, const std::string& path, Moment since, std::uint64_t largest) {
  // As root inside: what a user may not read was changed, too.
  life::TreeRequest request{path + "/.", "root", {}};
  request.options = {.flags = wire::kSince, .since_seconds = since.seconds, .since_nanoseconds = since.nanoseconds, .largest = largest};
  life::TreeGet tree(reach.connect(), request);
  SeenTree seen{TempDir::create(std::filesystem::temp_directory_path()), {}};
  std::make_unique<Viewer>(tree, seen, largest)->run();
  return seen;
}

}  // namespace sandbox::tool
