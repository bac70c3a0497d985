#pragma once
// Reading: what is left of a runner's report after it was read as hostile: leaf cases with
// texts of bounded length, and every reason not to believe it. Readers throw nothing for what
// stands in a report; they say it as a problem and keep what they have.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/report.hpp"

namespace sandbox::results {

inline constexpr std::size_t kMaxReport = std::size_t{64} << 20;  ///< bytes of one that is read
inline constexpr std::size_t kMaxCases = 200'000;
inline constexpr std::size_t kMaxName = 1024;
inline constexpr std::size_t kMaxMessage = 4096;
inline constexpr std::size_t kMaxOutput = 16384;

class Reading {
 public:
  void add(record::TestCase test);
  /// Each kind is kept a few times: a report can be wrong a million times.
  void problem(std::string_view kind, std::string detail);
  void append(Reading other);

  std::vector<record::TestCase>& cases() { return cases_; }
  const std::vector<record::TestCase>& cases() const { return cases_; }
  std::vector<record::TestProblem>& problems() { return problems_; }
  const std::vector<record::TestProblem>& problems() const { return problems_; }
  bool has(std::string_view kind) const;

 private:
  std::vector<record::TestCase> cases_;
  std::vector<record::TestProblem> problems_;
};

/// The first, or the last, so many bytes; UTF-8 stays whole.
std::string head_of(std::string_view text, std::size_t most);
std::string tail_of(std::string_view text, std::size_t most);

/// Without the sequences that colour a terminal.
std::string without_colours(std::string_view text);

/// "a" and "b" with a line between, where both say something.
void add_text(std::optional<std::string>& to, std::string_view text);

/// A JSON document of a runner; a problem and null when it is none, is too large, or has more
/// values than memory should be spent on.
Json parse_document(std::string_view text, std::string_view what, Reading& reading);

/// A member of an object, or null.
const Json& member(const Json& object, const char* name);
std::string text_in(const Json& object, const char* name);
std::optional<double> number_in(const Json& object, const char* name);
/// Nothing but a number of things: neither negative nor broken.
std::optional<std::uint64_t> count_in(const Json& object, const char* name);

/// Compares what a report says of itself with what is in it; a total that is not there says nothing.
void compare(Reading& reading, std::string_view what, std::optional<std::uint64_t> told, std::uint64_t found);

}  // namespace sandbox::results
