#include "scan/elf.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxSegments = 128, kMaxDynamic = 64 << 10, kMaxText = 4096;

template <class T>
std::optional<T> take(std::string_view bytes, std::size_t offset = 0) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::optional<Elf64_Ehdr> header_of(const ReadAt& read) {
  const auto header = take<Elf64_Ehdr>(read(0, sizeof(Elf64_Ehdr)));
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  const bool is_ours = header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB && header->e_phentsize == sizeof(Elf64_Phdr);
  return is_ours && (header->e_type == ET_EXEC || header->e_type == ET_DYN) ? header : std::nullopt;
}

std::vector<Elf64_Phdr> segments_of(const ReadAt& read, const Elf64_Ehdr& header) {
  const std::size_t count = std::min<std::size_t>(header.e_phnum, kMaxSegments);
  const std::string bytes = read(header.e_phoff, count * sizeof(Elf64_Phdr));
  std::vector<Elf64_Phdr> segments;
  while (const auto segment = take<Elf64_Phdr>(bytes, segments.size() * sizeof(Elf64_Phdr))) segments.push_back(*segment);
  return segments;
}

/// Where an address is in the file.
std::optional<std::uint64_t> offset_of(const std::vector<Elf64_Phdr>& segments, std::uint64_t address) {
  for (const Elf64_Phdr& segment : segments)
    if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) return segment.p_offset + (address - segment.p_vaddr);
  return std::nullopt;
}

void take_dynamic(const ReadAt& read, const std::vector<Elf64_Phdr>& segments, const Elf64_Phdr& dynamic, ElfFacts& facts) {
  const std::string bytes = read(dynamic.p_offset, std::min<std::size_t>(dynamic.p_filesz, kMaxDynamic));
  std::optional<std::uint64_t> texts, path;
  for (std::size_t at = 0; const auto entry = take<Elf64_Dyn>(bytes, at); at += sizeof(Elf64_Dyn)) {
    if (entry->d_tag == DT_NULL) break;
    if (entry->d_tag == DT_STRTAB) texts = entry->d_un.d_val;
    if (entry->d_tag == DT_RPATH || entry->d_tag == DT_RUNPATH) path = entry->d_un.d_val;
    if (entry->d_tag == DT_FLAGS_1 && (entry->d_un.d_val & DF_1_PIE)) facts.is_program = true;
  }
  if (!texts || !path) return;
  if (const auto offset = offset_of(segments, *texts)) {
    const std::string text = read(*offset + *path, kMaxText);
    facts.run_path = text.substr(0, text.find('\0'));
  }
}

}  // namespace

std::vector<std::uint64_t> data_offsets(const ReadAt& read) {
  std::vector<std::uint64_t> offsets;
  const auto header = header_of(read);
  if (!header) return offsets;
  for (const Elf64_Phdr& segment : segments_of(read, *header))
    if (segment.p_type == PT_LOAD && (segment.p_flags & PF_W)) offsets.push_back(segment.p_offset);
  return offsets;
}

std::optional<ElfFacts> elf_facts(const ReadAt& read) {
  const auto header = header_of(read);
  if (!header) return std::nullopt;
  const std::vector<Elf64_Phdr> segments = segments_of(read, *header);
  ElfFacts facts;
  facts.any_place = header->e_type == ET_DYN;
  facts.is_program = header->e_type == ET_EXEC;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type == PT_INTERP) facts.is_program = true;
    if (segment.p_type == PT_GNU_STACK) facts.executable_stack = segment.p_flags & PF_X;
    if (segment.p_type == PT_GNU_RELRO) facts.relocations_read_only = true;
    if (segment.p_type == PT_DYNAMIC) take_dynamic(read, segments, segment, facts);
  }
  return facts;
}

std::string weak_part(std::string_view run_path) {
  for (const std::string_view part : split(run_path, ':')) {
    if (part.empty() && run_path.empty()) continue;
    const bool is_beside = part.starts_with("$ORIGIN") || part.starts_with("${ORIGIN}");
    const bool is_shared = std::ranges::any_of(std::initializer_list<std::string_view>{"/tmp", "/var/tmp", "/dev/shm"},
                                               [&](std::string_view top) { return part == top || part.starts_with(std::string(top) + "/"); });
    if (is_shared || (!is_beside && !part.starts_with('/'))) return part.empty() ? "." : std::string(part);
  }
  return "";
}

std::string lacks(const ElfFacts& facts) {
  std::string text;
  if (facts.is_program && !facts.any_place) text = "no PIE";
  if (!facts.relocations_read_only) text += text.empty() ? "no RELRO" : ", no RELRO";
  return text;
}

}  // namespace sandbox::scan
