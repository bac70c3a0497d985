#pragma once
// Elf: how well a program is protected against its own mistakes, by its headers alone. Headers
// are a stranger's: every offset in them is looked at before it is believed.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox::scan {

struct ElfFacts {
  bool is_program = false;          ///< and no library
  bool any_place = false;           ///< position independent
  bool executable_stack = false;
  bool relocations_read_only = false;
  std::string run_path;             ///< where its libraries are looked for
};

/// So many bytes from there on, or fewer at the end of the file.
using ReadAt = std::function<std::string(std::uint64_t offset, std::size_t size)>;

/// Where in the file what it may write to begins.
std::vector<std::uint64_t> data_offsets(const ReadAt& read);

/// Nothing when it is no 64-bit little-endian ELF file of a kind that runs.
std::optional<ElfFacts> elf_facts(const ReadAt& read);

/// What such a path has that others could write to: relative, /tmp and its like. Empty: nothing.
std::string weak_part(std::string_view run_path);

/// What of the usual protections is missing, in words; empty when nothing is.
std::string lacks(const ElfFacts& facts);

}  // namespace sandbox::scan
