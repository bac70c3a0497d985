// A tar archive from anywhere. What passes the rules names only paths beneath the layer.
// sources: lib/image/archive_rules.cpp lib/image/tar_reader.cpp lib/image/deletion.cpp lib/digest/sha256.cpp lib/digest/sha256_x86.cpp lib/base/text.cpp lib/base/fd.cpp lib/base/file.cpp
#include "image/archive_rules.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace {

/// Every block gets the sum of a header, or nothing behind it would ever be reached.
void repair_sums(std::string& archive) {
  for (std::size_t at = 0; at + 512 <= archive.size(); at += 512) {
    unsigned sum = 0;
    std::memset(archive.data() + at + 148, ' ', 8);
    for (std::size_t i = at; i < at + 512; ++i) sum += static_cast<unsigned char>(archive[i]);
    if (sum != 8 * ' ') std::memcpy(archive.data() + at + 148, fmt::format("{:06o}", sum).c_str(), 7);
    else std::memset(archive.data() + at + 148, 0, 8);
  }
}

void check(const std::string& path) {
  for (const std::string_view part : sandbox::split(path, '/'))
    if (part == ".." || part == "." || part.size() > 255 || (part.empty() && !path.empty())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace sandbox;
  static const int file = ::memfd_create("archive", MFD_CLOEXEC);
  std::string archive(reinterpret_cast<const char*>(data), size);
  repair_sums(archive);
  if (::ftruncate(file, 0) < 0 || ::pwrite(file, archive.data(), size, 0) < 0) return 0;
  try {
    const image::Contents contents = image::check_archive(file, size, "archive", image::Whiteouts::deletions);
    for (const auto* paths : {&contents.implied, &contents.whiteouts, &contents.opaque})
      for (const std::string& path : *paths) check(path);
  } catch (const Error& error) {
    if (error.code() != ExitCode::input) std::abort();
  }
  return 0;
}
