#pragma once
// Files of a log: the current one, and those that were put aside, each named after the number of
// its first entry. Readers take all of them at one moment and then read in peace.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/head.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"

namespace sandbox::audit {

inline constexpr const char* kCurrentName = "current.jsonl";
inline constexpr const char* kLockName = "lock";

/// 20 digits, so that names sort as numbers do.
std::string name_for(std::uint64_t first_number);

/// The number in such a name; nothing in any other.
std::optional<std::uint64_t> number_in_name(std::string_view name);

/// Names of the files that were put aside, oldest first.
std::vector<std::string> put_aside_names(const Path& directory);

/// Of the newest file that was put aside: where the chain goes on in a new one.
std::optional<Head> head_of_last_put_aside(const Path& directory);

struct LogFile {
  std::string name;
  Fd fd;
  std::uint64_t size = 0;
  std::int64_t changed_ns = 0;  ///< when it was written last
};

/// All files, oldest first, as they are at this moment. Empty where there is no log.
std::vector<LogFile> take_files(const Path& directory);

/// The lines of a file, up to the size at which it was taken. Of one that is much longer than
/// `longest` (damage: no entry is) not all is kept.
class Lines {
 public:
  explicit Lines(const LogFile& file, std::uint64_t offset = 0, std::size_t longest = std::string::npos)
      : file_(file), offset_(offset), longest_(longest) {}

  /// The next whole line without its newline; good until the next call.
  std::optional<std::string_view> next();

  std::uint64_t offset() const { return offset_ - line_size_; }  ///< of the line that next() gave last
  std::uint64_t rest() const { return rest_; }                   ///< at the end: bytes without a newline

 private:
  bool fill();
  const LogFile& file_;
  std::uint64_t offset_;         ///< behind the last line
  std::uint64_t line_size_ = 0;  ///< with its newline
  std::uint64_t rest_ = 0;
  std::size_t longest_;
  std::uint64_t left_out_ = 0;  ///< of the line that is being read
  std::string buffer_;
  std::size_t used_ = 0;
};

}  // namespace sandbox::audit
