#include "results/tap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "results/tap_block.hpp"

namespace sandbox::results {

namespace {

using record::CaseStatus;
using record::TestCase;

constexpr std::size_t kMaxDepth = 50;
constexpr std::uint64_t kMaxNumber = 100'000'000;

/// A number at the front of the text, which is taken off.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > kMaxNumber) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

bool begins_without_case(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && std::ranges::equal(text.substr(0, word.size()), word, [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b;
         });
}

/// `ok 3 - name # SKIP reason`
struct Point {
  bool ok = false;
  std::optional<std::uint64_t> number;
  std::string name, reason;
  bool skip = false, todo = false;
};

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '#' || text[i + 1] == '\\')) ++i;
    plain += text[i];
  }
  return plain;
}

/// Where ` # ` begins the directive; a number sign after a backslash is the name's.
std::size_t directive_at(std::string_view text) {
  for (std::size_t at = text.find('#'); at != text.npos; at = text.find('#', at + 1))
    if ((at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') &&
        (begins_without_case(trimmed(text.substr(at + 1)), "SKIP") || begins_without_case(trimmed(text.substr(at + 1)), "TODO")))
      return at;
  return text.npos;
}

std::optional<Point> point_of(std::string_view line) {
  Point point;
  point.ok = line.starts_with("ok");
  if (!point.ok && !line.starts_with("not ok")) return std::nullopt;
  line.remove_prefix(point.ok ? 2 : 6);
  if (!line.empty() && line.front() != ' ' && line.front() != '\t' && line.front() != '\r') return std::nullopt;
  line = trimmed(line);
  point.number = take_number(line);
  const std::size_t at = directive_at(line);
  if (at != line.npos) {
    const std::string_view directive = trimmed(line.substr(at + 1));
    point.skip = begins_without_case(directive, "SKIP");
    point.todo = !point.skip;
    point.reason = std::string(trimmed(directive.substr(4)));
    line = trimmed(line.substr(0, at));
  }
  line = trimmed(line);
  if (line.starts_with("- ")) line.remove_prefix(2);
  point.name = unescaped(line);
  return point;
}

/// What stands at one depth of indentation until its parent's point.
struct Level {
  std::set<std::uint64_t> numbers;
  std::uint64_t points = 0, next = 1;
  std::optional<std::uint64_t> plan;
  bool has_failing = false;
};

class Reader {
 public:
  explicit Reader(Todo todo) : todo_(todo) {}

  Reading read(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size() && !over_) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line(text.substr(begin, end - begin));
      begin = end + 1;
    }
    finish();
    return std::move(reading_);
  }

 private:
  void line(std::string_view raw) {
    if (block_) return in_block(raw);
    const std::size_t spaces = std::min(raw.find_first_not_of(' '), raw.size());
    const std::string_view text = trimmed(raw);
    if (spaces == indent_ + 2 && text == "---" && last_) {
      block_.emplace(spaces);
      return;
    }
    if (text.empty() || spaces % 4 != 0) return;  // not of the protocol: whatever a program wrote
    if (text.starts_with("# Subtest")) return open(spaces / 4);
    if (const auto point = point_of(text)) return take(*point, spaces / 4);
    if (text.starts_with("1..")) return plan(text.substr(3), spaces / 4);
    if (text.starts_with("Bail out!")) bail(text.substr(9));
  }

  void in_block(std::string_view raw) {
    if (!block_->take(raw)) return;
    flush_block();
  }

  void flush_block() {
    if (last_) block_->describe(*last_);
    block_.reset();
  }

  /// Deeper levels begin anew, and are over when one above goes on.
  Level& level(std::size_t depth) {
    if (depth >= kMaxDepth) {
      reading_.problem("unreadable", fmt::format("subtests deeper than {}", kMaxDepth));
      depth = kMaxDepth - 1;
    }
    if (levels_.size() <= depth) levels_.resize(depth + 1);
    return levels_[depth];
  }

  void open(std::size_t depth) {
    settle();
    level(depth);
  }

  void take(const Point& point, std::size_t depth) {
    settle();
    Level& here = level(depth);
    const bool is_parent = levels_.size() > depth + 1 && levels_[depth + 1].points > 0;
    const bool children_failed = is_parent && levels_[depth + 1].has_failing;
    close_below(depth);
    number(here, point, depth);
    const CaseStatus status = status_of(point);
    here.has_failing = here.has_failing || record::is_failing(status) || children_failed;
    indent_ = depth * 4;
    last_.emplace();
    last_->name = point.name;
    last_->status = status;
    if (!point.reason.empty()) last_->message = point.reason;
    keep_last_ = !is_parent || (record::is_failing(status) && !children_failed);
    if (is_parent && keep_last_) last_->status = CaseStatus::error;
  }

  void number(Level& here, const Point& point, std::size_t depth) {
    const std::uint64_t number = point.number.value_or(here.next);
    here.next = number + 1;
    ++here.points;
    if (here.numbers.size() < kMaxCases && !here.numbers.insert(number).second)
      reading_.problem("contradictory", fmt::format("test {} comes twice{}", number, depth > 0 ? " in a subtest" : ""));
  }

  CaseStatus status_of(const Point& point) const {
    if (point.skip) return point.ok ? CaseStatus::skipped : CaseStatus::failed;
    if (!point.todo) return point.ok ? CaseStatus::passed : CaseStatus::failed;
    if (!point.ok) return CaseStatus::xfailed;
    return todo_ == Todo::is_to_be_written ? CaseStatus::skipped : CaseStatus::xpassed;
  }

  void plan(std::string_view text, std::size_t depth) {
    settle();
    Level& here = level(depth);
    const auto count = take_number(text);
    if (!count) return;
    if (here.plan) return reading_.problem("contradictory", "more than one plan");
    here.plan = count;
  }

  void bail(std::string_view reason) {
    reading_.problem("crash", fmt::format("it bailed out: {}", visible(trimmed(reason))));
    over_ = true;
  }

  /// The last case is complete when something else begins.
  void settle() {
    if (last_ && keep_last_) reading_.add(std::move(*last_));
    last_.reset();
  }

  void check(const Level& level, std::size_t depth) {
    const char* where = depth > 0 ? "a subtest" : "it";
    if (!level.plan) {
      if (level.points > 0 || depth == 0) reading_.problem("truncated", fmt::format("{} has no plan", where));
    } else if (*level.plan > level.points) {
      reading_.problem("truncated", fmt::format("{} plans {} tests and has {}", where, *level.plan, level.points));
    } else if (*level.plan < level.points) {
      reading_.problem("contradictory", fmt::format("{} plans {} tests and has {}", where, *level.plan, level.points));
    }
    if (!level.numbers.empty() && level.plan && *level.numbers.rbegin() > *level.plan)
      reading_.problem("contradictory", fmt::format("test {} is beyond the plan", *level.numbers.rbegin()));
  }

  void close_below(std::size_t depth) {
    while (levels_.size() > depth + 1) {
      if (levels_.back().points > 0 || levels_.back().plan) check(levels_.back(), levels_.size() - 1);
      levels_.pop_back();
    }
  }

  void finish() {
    if (block_) {
      reading_.problem("truncated", "it ends within the description of a test");
      flush_block();
    }
    settle();
    if (over_) return;  // what was planned after it bailed out is not missing
    const bool is_cut = levels_.size() > 1;
    close_below(0);
    if (is_cut) reading_.problem("truncated", "it ends within a subtest");
    check(level(0), 0);
  }

  const Todo todo_;
  Reading reading_;
  std::vector<Level> levels_;
  std::optional<TestCase> last_;
  bool keep_last_ = false, over_ = false;
  std::size_t indent_ = 0;
  std::optional<TapBlock> block_;
};

}  // namespace

Reading read_tap(std::string_view text, Todo todo) {
  Reading reading;
  if (text.size() > kMaxReport) {
    reading.problem("unreadable", "the report is too large");
    return reading;
  }
  return Reader(todo).read(text);
}

}  // namespace sandbox::results
