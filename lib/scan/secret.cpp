#include "scan/secret.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMost = 100, kMaxLine = 64 << 10;
constexpr double kChance = 3.0, kChanceOfAnyText = 3.6;

struct Format {
  const char* what;
  const char* pattern;  ///< its first group is what must look like chance; none: the format says enough
};

constexpr std::array kFormats = {
    Format{"a private key", R"(-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----)"},
    Format{"an access key of AWS", R"(\b(?:AKIA|ASIA)([0-9A-Z]{16})\b)"},
    Format{"a token of GitHub", R"(\bgh[pousr]_([A-Za-z0-9]{36,255})\b)"},
    Format{"a token of GitHub", R"(\bgithub_pat_([A-Za-z0-9_]{60,255})\b)"},
    Format{"a token of GitLab", R"(\bglpat-([A-Za-z0-9_-]{20,}))"},
    Format{"a token of Slack", R"(\bxox[abprs]-([A-Za-z0-9-]{20,}))"},
    Format{"a token of npm", R"(\bnpm_([A-Za-z0-9]{36})\b)"},
    Format{"a token of PyPI", R"(\bpypi-([A-Za-z0-9_-]{60,}))"},
    Format{"a key of Google", R"(\bAIza([0-9A-Za-z_-]{35}))"},
    Format{"a key of Stripe", R"(\b[sr]k_live_([0-9A-Za-z]{24,}))"},
    Format{"a JSON Web Token", R"(\beyJ[A-Za-z0-9_-]{10,}\.eyJ([A-Za-z0-9_-]{10,})\.[A-Za-z0-9_-]{10,})"},
    Format{"a password in a URL", R"(\b[a-z][a-z0-9+.-]{1,20}://[^/\s:@"']{1,100}:([^/\s:@"']{3,100})@)"},
};

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);  // files need not be UTF-8
  return options;
}

struct Detector {
  const char* what;
  std::unique_ptr<RE2> expression;
  bool is_chance;  ///< the group has to look like it
};

const std::vector<Detector>& detectors() {
  static const std::vector<Detector> all = [] {
    std::vector<Detector> made;
    for (const Format& format : kFormats) {
      auto expression = std::make_unique<RE2>(format.pattern, quiet());
      const bool is_chance = expression->NumberOfCapturingGroups() > 0;
      made.push_back({format.what, std::move(expression), is_chance});
    }
    return made;
  }();
  return all;
}

/// A password that people chose has less chance in it than a token, and is no less a secret.
bool is_believed(const Detector& detector, std::string_view value) {
  if (is_placeholder(value)) return false;
  return std::string_view(detector.what) == "a password in a URL" || entropy(value) >= kChance;
}

bool finds(const Detector& detector, std::string_view line) {
  const re2::StringPiece text(line.data(), line.size());
  if (!detector.is_chance) return RE2::PartialMatch(text, *detector.expression);
  re2::StringPiece value;
  return RE2::PartialMatch(text, *detector.expression, &value) && is_believed(detector, {value.data(), value.size()});
}

/// NAME = "VALUE" where the name says what it is.
bool is_assignment(std::string_view line) {
  static const RE2 expression(R"(\b([A-Za-z0-9_.-]{0,60})\s*[:=]\s*["']?([A-Za-z0-9+/_=-]{20,200})["']?\s*(?:$|[,;#}]))", quiet());
  re2::StringPiece name, value;
  if (!RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), expression, &name, &value)) return false;
  const std::string_view said(value.data(), value.size());
  const bool has_digit = said.find_first_of("0123456789") != said.npos;
  return sounds_secret({name.data(), name.size()}) && has_digit && !is_placeholder(said) && entropy(said) >= kChanceOfAnyText;
}

const char* what_is_in(std::string_view line) {
  for (const Detector& detector : detectors())
    if (finds(detector, line)) return detector.what;
  return is_assignment(line) ? "a value that is called secret and looks like chance" : nullptr;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : static_cast<char>(c); });
  return made;
}

}  // namespace

double entropy(std::string_view text) {
  std::array<std::size_t, 256> count{};
  for (const char c : text) ++count[static_cast<unsigned char>(c)];
  double bits = 0;
  for (const std::size_t n : count)
    if (n > 0) bits -= static_cast<double>(n) / static_cast<double>(text.size()) * std::log2(static_cast<double>(n) / static_cast<double>(text.size()));
  return bits;
}

bool is_placeholder(std::string_view value) {
  const std::string text = lower(value);
  if (text.find_first_of("${<") != text.npos) return true;
  return std::ranges::any_of(std::array{"example", "changeme", "placeholder", "xxxx", "dummy", "redacted", "password", "your"},
                             [&](const char* word) { return text.find(word) != text.npos; });
}

bool sounds_secret(std::string_view name) {
  const std::string text = lower(name);
  static const RE2 expression(R"((?:^|[_.-])(?:password|passwd|passphrase|secret|token|credentials?|api_?key|access_?key|private_?key)(?:$|[_.-]?(?:id|key|value)?$))", quiet());
  return RE2::PartialMatch(text, expression);
}

std::vector<Secret> secrets_in(std::string_view text) {
  std::vector<Secret> found;
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (line.size() < 8) continue;
    if (const char* what = what_is_in(line.substr(0, kMaxLine))) found.push_back({number, what});
    if (found.size() == kMost) break;
  }
  return found;
}

}  // namespace sandbox::scan
