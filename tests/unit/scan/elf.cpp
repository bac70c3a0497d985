// Headers of programs: of this one, and of ones that nobody built.
#include "scan/elf.hpp"

#include <elf.h>

#include <cstring>

#include "base/file.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

scan::ReadAt in(const std::string& bytes) {
  return [bytes](std::uint64_t offset, std::size_t size) { return offset < bytes.size() ? bytes.substr(offset, size) : std::string(); };
}

std::string program(Elf64_Half type, std::vector<Elf64_Phdr> segments) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = type;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(segments.size());
  header.e_phoff = sizeof header;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  return bytes.append(reinterpret_cast<const char*>(segments.data()), segments.size() * sizeof(Elf64_Phdr));
}

Elf64_Phdr segment(Elf64_Word type, Elf64_Word flags = 0) {
  Elf64_Phdr made{};
  made.p_type = type;
  made.p_flags = flags;
  return made;
}

}  // namespace

TEST_CASE("what a compiler of today makes lacks nothing") {
  const std::string bytes = read_file("/proc/self/exe", std::size_t{256} << 20);
  const auto facts = scan::elf_facts(in(bytes));
  REQUIRE(facts);
  CHECK(facts->is_program);
  CHECK(facts->any_place);
  CHECK_FALSE(facts->executable_stack);
  CHECK(scan::lacks(*facts) == "");
}

TEST_CASE("a program at a fixed place without RELRO and with an executable stack is known") {
  const auto facts = scan::elf_facts(in(program(ET_EXEC, {segment(PT_GNU_STACK, PF_R | PF_W | PF_X)})));
  REQUIRE(facts);
  CHECK(facts->executable_stack);
  CHECK(scan::lacks(*facts) == "no PIE, no RELRO");
}

TEST_CASE("offsets that lead nowhere are not believed") {
  Elf64_Phdr dynamic = segment(PT_DYNAMIC);
  dynamic.p_offset = ~std::uint64_t{0} - 4;
  dynamic.p_filesz = ~std::uint64_t{0};
  CHECK(scan::elf_facts(in(program(ET_DYN, {dynamic}))));
  std::string cut = program(ET_DYN, {segment(PT_LOAD), segment(PT_LOAD)});
  for (std::size_t size = 0; size < cut.size(); ++size) CHECK_NOTHROW(scan::elf_facts(in(cut.substr(0, size))));
  CHECK_FALSE(scan::elf_facts(in("#!/bin/sh\n")));
  CHECK_FALSE(scan::elf_facts(in("")));
}

TEST_CASE("paths of libraries that others can write to are weak") {
  CHECK(scan::weak_part("/usr/lib:/opt/x/lib:$ORIGIN/../lib") == "");
  CHECK(scan::weak_part("") == "");
  CHECK(scan::weak_part("/usr/lib:lib") == "lib");
  CHECK(scan::weak_part("/usr/lib::/lib") == ".");
  CHECK(scan::weak_part("/tmp/build/lib") == "/tmp/build/lib");
  CHECK(scan::weak_part("/tmpfiles") == "");
}
