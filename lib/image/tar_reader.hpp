#pragma once
// TarReader: the members of a tar archive, one after the other, from a file that can be read
// at any place: ustar, pax and GNU. It reads headers, never content, and believes nothing: an
// archive that readers could understand in two ways is refused. What the members may be is
// decided elsewhere (archive_rules.hpp).
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::image {

struct Member {
  enum class Kind { file, hard_link, link, directory, fifo, device };
  Kind kind = Kind::file;
  std::string name, target;  ///< as written
  std::uint64_t size = 0;    ///< once unpacked, holes included
  std::uint64_t stored = 0;  ///< bytes in the archive
  std::uint64_t offset = 0;  ///< of the first of them
  unsigned mode = 0644;
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  struct Segment {
    std::uint64_t offset, size;
  };
  /// Of a sparse file as GNU has them: what is no hole, in the order in which it is stored.
  std::vector<Segment> segments;
  enum class Holes { none, mapped, unknown } holes = Holes::none;
  std::vector<std::string> attributes;  ///< names of extended ones
};

class TarReader {
 public:
  /// Borrows the file; `shown` names it in errors.
  TarReader(int file, std::uint64_t size, std::string_view shown) : file_(file), end_(size), shown_(shown) {}

  /// Nothing at the end. Throws Error(input).
  std::optional<Member> next();

 private:
  struct Header;
  /// What pax and GNU say in members of their own about the one that follows.
  struct Extended {
    std::map<std::string, std::string, std::less<>> pax;
    std::optional<std::string> name, target;
    std::vector<std::string> attributes;
  };

  std::optional<Member> read();
  bool read_header(Header& header);
  std::string read_content(std::uint64_t size);
  void take_extension(const Header& header, Extended& extended);
  Member member(const Header& header, const Extended& extended);
  void take_sparse_map(const Header& header, Member& member);
  void read_exactly(char* into, std::size_t size);

  int file_;
  std::uint64_t at_ = 0, end_;
  std::string shown_;
};

}  // namespace sandbox::image
