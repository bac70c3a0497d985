// The order of Python's versions: PEP 440 with its normalizations, as the library `packaging` has it.
#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "scan/version_order.hpp"

namespace sandbox::scan {

namespace {

/// In this order: of a part that is not there, one or the other.
enum class Rank { least, given, most };

struct Part {
  Rank rank = Rank::least;
  int kind = 0;        // of a pre-release: a, b, rc
  std::string number;  // digits
};

struct Version {
  std::string epoch;
  std::vector<std::string> release;
  Part pre, post, dev;
  std::optional<std::string> local;
};

class Parser {
 public:
  explicit Parser(std::string_view text) {
    for (const char c : text)
      if (!std::isspace(static_cast<unsigned char>(c))) text_ += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    rest_ = text_;
  }

  std::optional<Version> parse() {
    Version version;
    take("v");
    if (const std::size_t mark = rest_.find('!'); mark != rest_.npos) {
      version.epoch = digits();
      if (!take("!")) return std::nullopt;
    }
    do version.release.push_back(digits());
    while (is_number_after_dot() && take("."));
    if (version.release.front().empty()) return std::nullopt;
    while (version.release.size() > 1 && version.release.back().find_first_not_of('0') == std::string::npos) version.release.pop_back();
    parse_pre(version);
    parse_post(version);
    if (separated({"dev"})) version.dev = {Rank::given, 0, number()};
    if (take("+")) version.local = std::string(std::exchange(rest_, {}));
    if (!rest_.empty()) return std::nullopt;
    settle(version);
    return version;
  }

 private:
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string digits() {
    const std::size_t end = std::min(rest_.size(), rest_.find_first_not_of("0123456789"));
    const std::string found(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return found;
  }

  bool is_number_after_dot() const { return rest_.size() > 1 && rest_[0] == '.' && rest_[1] >= '0' && rest_[1] <= '9'; }

  /// One of the words, behind one of ".-_" or none. Longer words come first.
  bool separated(std::initializer_list<std::string_view> words) {
    const std::string_view before = rest_;
    if (!rest_.empty() && std::string_view(".-_").find(rest_.front()) != std::string_view::npos) rest_.remove_prefix(1);
    for (const std::string_view word : words)
      if (take(word)) return true;
    rest_ = before;
    return false;
  }

  /// Behind a word: "rc.1", "rc1", and "rc" is "rc0".
  std::string number() {
    const std::string_view before = rest_;
    if (!rest_.empty() && std::string_view(".-_").find(rest_.front()) != std::string_view::npos) rest_.remove_prefix(1);
    std::string found = digits();
    if (found.empty()) rest_ = before;
    return found;
  }

  void parse_pre(Version& version) {
    if (separated({"alpha", "a"})) version.pre = {Rank::given, 0, number()};
    else if (separated({"beta", "b"})) version.pre = {Rank::given, 1, number()};
    else if (separated({"preview", "pre", "rc", "c"})) version.pre = {Rank::given, 2, number()};
  }

  void parse_post(Version& version) {
    if (separated({"post", "rev", "r"})) {
      version.post = {Rank::given, 0, number()};
    } else if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] >= '0' && rest_[1] <= '9') {
      take("-");
      version.post = {Rank::given, 0, digits()};
    }
  }

  /// A development release of 1.0 is before 1.0a1, and 1.0 after 1.0rc9.
  static void settle(Version& version) {
    const bool has_pre = version.pre.rank == Rank::given, has_post = version.post.rank == Rank::given, has_dev = version.dev.rank == Rank::given;
    if (!has_pre) version.pre.rank = !has_post && has_dev ? Rank::least : Rank::most;
    if (!has_dev) version.dev.rank = Rank::most;
  }

  std::string text_;
  std::string_view rest_;
};

std::weak_ordering compare(const Part& a, const Part& b) {
  if (a.rank != b.rank) return a.rank <=> b.rank;
  if (a.rank != Rank::given) return std::weak_ordering::equivalent;
  if (a.kind != b.kind) return a.kind <=> b.kind;
  return compare_numbers(a.number, b.number);
}

std::weak_ordering compare_releases(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    if (const auto order = compare_numbers(i < a.size() ? a[i] : "", i < b.size() ? b[i] : ""); order != 0) return order;
  return std::weak_ordering::equivalent;
}

/// Words are before numbers, fewer before more.
std::weak_ordering compare_locals(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (!a || !b) return a.has_value() <=> b.has_value();
  const auto parts = [](std::string text) {
    std::ranges::replace_if(text, [](char c) { return c == '-' || c == '_'; }, '.');
    std::vector<std::string> found;
    for (const std::string_view part : split(text, '.')) found.emplace_back(part);
    return found;
  };
  const auto x = parts(*a), y = parts(*b);
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    const bool is_number_x = x[i].find_first_not_of("0123456789") == std::string::npos, is_number_y = y[i].find_first_not_of("0123456789") == std::string::npos;
    if (is_number_x != is_number_y) return is_number_x <=> is_number_y;
    const auto order = is_number_x ? compare_numbers(x[i], y[i]) : std::weak_ordering(x[i] <=> y[i]);
    if (order != 0) return order;
  }
  return x.size() <=> y.size();
}

}  // namespace

std::weak_ordering compare_pep440(std::string_view a, std::string_view b) {
  const auto x = Parser(a).parse(), y = Parser(b).parse();
  if (!x || !y) return x || y ? std::weak_ordering(x.has_value() <=> y.has_value()) : std::weak_ordering(a <=> b);
  if (const auto order = compare_numbers(x->epoch, y->epoch); order != 0) return order;
  if (const auto order = compare_releases(x->release, y->release); order != 0) return order;
  for (Part Version::*part : {&Version::pre, &Version::post, &Version::dev})
    if (const auto order = compare((*x).*part, (*y).*part); order != 0) return order;
  return compare_locals(x->local, y->local);
}

}  // namespace sandbox::scan
