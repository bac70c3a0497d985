#include "archive_out.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "image/tar_header.hpp"
#include "life/tree.hpp"
#include "wire/item_reader.hpp"

namespace sandbox::tool {

namespace {

using wire::Item;
using wire::ItemHeader;
using wire::Problem;

// As in what is copied into files: a set-id bit is nobody's intention.
constexpr unsigned kFileMode = 0777, kFolderMode = 01777;

class Packer {
 public:
  Packer(life::TreeGet& tree, std::uint64_t limit, life::Copied& copied, Progress& progress)
      : tree_(tree), in_(tree.pipe(), progress.onlooker()), limit_(limit), copied_(copied) {}

  void run();

 private:
  ItemHeader next();
  void entry(const ItemHeader& header, const std::string& above, std::size_t depth);
  void file(const image::TarEntry& entry);
  void zeros(std::uint64_t count);
  void count(std::uint64_t bytes);
  [[noreturn]] void fail(Problem problem, int error, std::string_view path, life::Side side);

  life::TreeGet& tree_;
  wire::ItemReader in_;
  std::uint64_t limit_;
  life::Copied& copied_;
};

void Packer::fail(Problem problem, int error, std::string_view path, life::Side side) {
  const auto failure = std::make_unique<wire::Failure>();
  wire::PathText text;
  text.push(path);
  failure->set(problem, error, text);
  throw life::tree_error(*failure, side);
}

ItemHeader Packer::next() {
  ItemHeader header;
  const int error = in_.next(header);
  if (error == ECANCELED) stop_if_asked();
  if (error == EPIPE) tree_.explain_end();
  if (error != 0) fail(error == EPIPE ? Problem::cut_off : Problem::malformed, error, "", life::Side::inside);
  if (header.item == Item::problem) fail(static_cast<Problem>(header.flags), static_cast<int>(header.mode), in_.text(), life::Side::inside);
  return header;
}

void Packer::run() {
  for (ItemHeader header = next(); header.item != Item::finish; header = next()) entry(header, "", 0);
}

void Packer::count(std::uint64_t bytes) {
  copied_.bytes += bytes;
  if (copied_.bytes > limit_) fail(Problem::limit, EFBIG, "", life::Side::inside);
}

void Packer::entry(const ItemHeader& header, const std::string& above, std::size_t depth) {
  image::TarEntry entry;
  entry.name = above + std::string(in_.name());
  entry.target = in_.text();
  entry.mode = header.mode & (header.item == Item::directory ? kFolderMode : kFileMode);
  entry.seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(header.seconds, 0));
  entry.nanoseconds = header.nanoseconds;
  ++copied_.files;
  switch (header.item) {
    case Item::directory:
      if (depth >= wire::kMaxDepth) fail(Problem::depth, ELOOP, entry.name, life::Side::inside);
      entry.type = '5';
      entry.name += "/";
      write_all(1, image::tar_header(entry), "stdout");
      for (ItemHeader child = next(); child.item != Item::end; child = next()) this->entry(child, entry.name, depth + 1);
      return;
    case Item::link:
      entry.type = '2';
      return write_all(1, image::tar_header(entry), "stdout");
    case Item::hard_link:
      entry.type = '1';
      return write_all(1, image::tar_header(entry), "stdout");
    case Item::file:
      entry.size = header.size;
      return file(entry);
    default:
      fail(Problem::malformed, EBADMSG, entry.name, life::Side::inside);
  }
}

void Packer::zeros(std::uint64_t size) {
  static const std::string kZeros(std::size_t{1} << 16, '\0');
  count(size);
  for (; size > 0; size -= std::min<std::uint64_t>(size, kZeros.size())) {
    write_all(1, std::string_view(kZeros).substr(0, std::min<std::uint64_t>(size, kZeros.size())), "stdout");
    stop_if_asked();
  }
}

/// Its size stands before its content, and holes are zeros.
void Packer::file(const image::TarEntry& entry) {
  write_all(1, image::tar_header(entry), "stdout");
  std::uint64_t at = 0;
  ItemHeader header = next();
  for (; header.item == Item::data; header = next()) {
    if (header.offset < at || header.offset + header.size > entry.size)
      throw Error(ExitCode::input, fmt::format("cannot put '{}' into an archive: its size is not what it says", visible(entry.name)));
    zeros(header.offset - at);
    count(header.size);
    at = header.offset + header.size;
    for (std::uint64_t left = header.size; left > 0;) {
      std::string_view bytes;
      const int error = in_.take(static_cast<std::size_t>(std::min<std::uint64_t>(left, 1 << 20)), bytes);
      if (error == ECANCELED) stop_if_asked();
      if (error != 0) fail(Problem::cut_off, error, entry.name, life::Side::inside);
      write_all(1, bytes, "stdout");
      left -= bytes.size();
    }
  }
  if (header.item != Item::end) fail(Problem::malformed, EBADMSG, entry.name, life::Side::inside);
  if (header.size < entry.size) throw Error(ExitCode::input, fmt::format("'{}' became shorter while it was read", visible(entry.name)));
  zeros(entry.size - at);
  write_all(1, image::tar_padding(entry.size), "stdout");
}

}  // namespace

life::Copied get_archive(const Reach& reach, const std::vector<Operand>& sources, const GetOptions& options, Progress& progress) {
  if (::isatty(1)) throw Error(ExitCode::input, "an archive is no text for a terminal", "sandbox-copy SANDBOX:PATH - | tar -t");
  life::Copied copied;
  for (const Operand& source : sources) {
    life::TreeGet tree(reach.connect(), {source.path, options.user, {}});
    std::make_unique<Packer>(tree, options.limit.value_or(std::numeric_limits<std::uint64_t>::max()), copied, progress)->run();
  }
  write_all(1, image::tar_end(), "stdout");
  return copied;
}

}  // namespace sandbox::tool
