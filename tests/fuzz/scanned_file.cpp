// A file of an image: a program's headers, or a list of packages. The first byte says of which
// kind. What is found has the names it should have, whatever the file says.
// sources: lib/scan/elf.cpp lib/scan/go_modules.cpp lib/scan/package.cpp lib/scan/accounts.cpp lib/image/packages.cpp lib/record/json.cpp lib/base/text.cpp
#include <cstdlib>

#include "base/text.hpp"
#include "image/packages.hpp"
#include "scan/accounts.hpp"
#include "scan/go_modules.hpp"

namespace {

using namespace sandbox;

scan::ReadAt in(const std::string& bytes) {
  return [&bytes](std::uint64_t offset, std::size_t size) { return offset < bytes.size() ? bytes.substr(offset, size) : std::string(); };
}

std::vector<scan::Package> packages_of(unsigned char kind, const std::string& text) {
  const auto one = [](std::optional<scan::Package> package) { return package ? std::vector{*package} : std::vector<scan::Package>(); };
  switch (kind % 5) {
    case 0: return scan::go_modules(in(text));
    case 1: return scan::parse_go_modules(text);
    case 2: return one(scan::npm_package(text));
    case 3: return one(scan::python_package(text));
    default: return scan::cargo_packages(text);
  }
}

/// A package URL is plain text, or it could not be part of a report.
void check(const scan::Package& package) {
  for (const char c : scan::purl_of(package, {"debian", "12"}))
    if (c <= ' ' || c > '~') std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (const scan::Package& package : packages_of(data[0], text)) check(package);
  if (const auto facts = scan::elf_facts(in(text))) (void)scan::weak_part(facts->run_path);
  (void)image::parse_dpkg_status(text);
  (void)scan::doubts_about_accounts("etc/passwd", text);
  return 0;
}
