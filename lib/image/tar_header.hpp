#pragma once
// TarHeader: the blocks of an archive that are no content: plain headers where they suffice and
// pax where not, no names of users.
#include <cstdint>
#include <string>
#include <vector>

#include "image/tree.hpp"

namespace sandbox::image {

struct TarEntry {
  std::string name, target;
  char type = '0';
  unsigned mode = 0;
  std::uint64_t user = 0, group = 0, size = 0, seconds = 0;
  std::uint32_t nanoseconds = 0;
  std::vector<Attribute> attributes;
};

/// All that stands before the content.
std::string tar_header(const TarEntry& entry);
/// What follows content of so many bytes.
std::string tar_padding(std::uint64_t size);
std::string tar_end();

}  // namespace sandbox::image
