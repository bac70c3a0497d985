#include "osv/source.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::osv {

namespace {

constexpr std::size_t kMostRecord = 32 << 20;
constexpr std::uint64_t kMostRecords = 5'000'000, kMostBytes = std::uint64_t{64} << 30;

using Visit = std::function<void(std::string_view)>;

Error unreadable(const Path& source, const std::string& why) {
  return Error(ExitCode::input, fmt::format("cannot read '{}': {}", visible(source.native()), visible(why)), "give a folder, a .zip, a .json or a .jsonl of OSV records");
}

/// No archive grows without end.
class Bounds {
 public:
  void count(std::size_t bytes, const Path& source) {
    bytes_ += bytes;
    if (++records_ > kMostRecords || bytes_ > kMostBytes) throw unreadable(source, "it does not end");
  }

 private:
  std::uint64_t records_ = 0, bytes_ = 0;
};

std::string content_of(archive* opened, archive_entry* entry, const Path& source) {
  std::string text;
  char block[65536];
  for (la_ssize_t n; (n = archive_read_data(opened, block, sizeof block)) != 0;) {
    if (n < 0) throw unreadable(source, archive_error_string(opened) ? archive_error_string(opened) : "it is damaged");
    text.append(block, static_cast<std::size_t>(n));
    if (text.size() > kMostRecord) throw unreadable(source, fmt::format("'{}' is too large", archive_entry_pathname(entry) ? archive_entry_pathname(entry) : "?"));
  }
  return text;
}

void read_archive(const Path& source, Bounds& bounds, const Visit& visit) {
  const std::unique_ptr<archive, int (*)(archive*)> opened(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(opened.get());
  if (archive_read_open_filename(opened.get(), source.c_str(), 1 << 16) != ARCHIVE_OK) throw unreadable(source, archive_error_string(opened.get()));
  archive_entry* entry = nullptr;
  int code = ARCHIVE_OK;
  while ((code = archive_read_next_header(opened.get(), &entry)) == ARCHIVE_OK || code == ARCHIVE_WARN) {
    const char* name = archive_entry_pathname(entry);
    if (!name || !std::string_view(name).ends_with(".json")) continue;
    const std::string text = content_of(opened.get(), entry, source);
    bounds.count(text.size(), source);
    visit(text);
  }
  if (code != ARCHIVE_EOF) throw unreadable(source, archive_error_string(opened.get()) ? archive_error_string(opened.get()) : "it is damaged");
}

/// One on each line, or one alone.
void read_text(const Path& source, bool by_line, Bounds& bounds, const Visit& visit) {
  const std::string text = read_file(source, by_line ? std::size_t{4} << 30 : kMostRecord);
  if (!by_line) return bounds.count(text.size(), source), visit(text);
  for (const std::string_view line : split(text, '\n')) {
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    bounds.count(line.size(), source);
    visit(line);
  }
}

void read_one(const Path& source, Bounds& bounds, const Visit& visit) {
  const std::string extension = source.extension();
  if (extension == ".zip") read_archive(source, bounds, visit);
  else if (extension == ".json" || extension == ".jsonl") read_text(source, extension == ".jsonl", bounds, visit);
  else throw unreadable(source, "its name does not say what it is");
}

bool is_source(const std::filesystem::directory_entry& entry) {
  const std::string extension = entry.path().extension();
  return entry.is_regular_file() && !entry.is_symlink() && (extension == ".zip" || extension == ".json" || extension == ".jsonl");
}

}  // namespace

void each_record(const Path& source, const std::function<void(std::string_view)>& visit) {
  Bounds bounds;
  std::error_code error;
  if (!std::filesystem::is_directory(source, error)) return read_one(source, bounds, visit);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(source))
    if (is_source(entry)) read_one(entry.path(), bounds, visit);
}

}  // namespace sandbox::osv
