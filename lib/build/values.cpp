#include "build/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/quantity.hpp"
#include "base/text.hpp"

namespace sandbox::build {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";

bool only(std::string_view text, std::initializer_list<std::string_view> sets) {
  return std::ranges::all_of(text, [&](char c) {
    return std::ranges::any_of(sets, [&](std::string_view set) { return set.find(c) != set.npos; });
  });
}

bool starts_in(std::string_view text, std::initializer_list<std::string_view> sets) {
  return !text.empty() && only(text.substr(0, 1), sets);
}

/// What some reader of YAML 1.1 or 1.2 would not take for text.
bool looks_typed(std::string_view text) {
  static constexpr std::array<std::string_view, 10> words = {"true", "false", "yes", "no",   "on",
                                                             "off",  "null",  "y",   "n",    "~"};
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
  if (std::ranges::find(words, std::string_view(lower)) != words.end()) return true;
  std::string_view number = lower;
  if (!number.empty() && (number[0] == '-' || number[0] == '+')) number.remove_prefix(1);
  if (number == ".inf" || number == ".nan") return true;
  return starts_in(number, {kDigits, "."}) && only(number, {kDigits, "._:exob+-", "abcdef"}) &&
         number.find_first_of(kDigits) != number.npos && number.find('-') == number.npos &&
         std::ranges::count(number, '.') <= 1;
}

std::string_view name_of(Yaml::Kind kind) {
  switch (kind) {
    case Yaml::Kind::null: return "nothing";
    case Yaml::Kind::text: return "text";
    case Yaml::Kind::list: return "a list";
    case Yaml::Kind::map: return "a map";
  }
  return "";
}

}  // namespace

Error Values::expected(const Yaml& node, std::string_view what) const {
  const std::string got = node.kind == Yaml::Kind::text ? fmt::format("'{}'", visible(node.text.substr(0, 60)))
                                                        : std::string(name_of(node.kind));
  return problem(node, fmt::format("expected {}, got {}", what, got));
}

std::string Values::text(const Yaml& node) const {
  if (node.kind != Yaml::Kind::text) throw expected(node, "text");
  if (!node.quoted && looks_typed(node.text))
    throw problem(node, fmt::format("expected text, got '{0}' (write it in quotes: \"{0}\")", visible(node.text)));
  if (node.text.empty()) throw problem(node, "expected text, got an empty string");
  return node.text;
}

std::string Values::absolute_path(const Yaml& node) const {
  const std::string path = text(node);
  std::string normal;
  if (path.front() != '/') throw expected(node, "an absolute path");
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") throw problem(node, fmt::format("'..' in the path '{}'", visible(path)));
    if (!part.empty() && part != ".") normal += fmt::format("/{}", part);
  }
  if (normal.size() > 4000) throw problem(node, "the path is too long");
  return normal.empty() ? "/" : normal;
}

std::uint64_t Values::size(const Yaml& node, std::uint64_t least) const {
  if (node.kind != Yaml::Kind::text) throw expected(node, "a size");
  try {
    const std::uint64_t bytes = parse_size(node.text);
    if (bytes < least) throw problem(node, fmt::format("at least {} is needed", size_text(least)));
    return bytes;
  } catch (const Error& error) {
    if (error.hint().empty()) throw;
    throw expected(node, "a size, as 512M or 2G");
  }
}

std::chrono::milliseconds Values::duration(const Yaml& node, std::chrono::milliseconds least,
                                           std::chrono::milliseconds most) const {
  if (node.kind != Yaml::Kind::text) throw expected(node, "a duration");
  std::chrono::milliseconds time{};
  try {
    time = parse_duration(node.text);
  } catch (const Error&) {
    throw expected(node, "a duration, as 30s or 2m");
  }
  if (time < least || time > most)
    throw problem(node, fmt::format("expected a duration from {} to {}", duration_text(least), duration_text(most)));
  return time;
}

bool Values::truth(const Yaml& node) const {
  const bool plain = node.kind == Yaml::Kind::text && !node.quoted;
  if (!plain || (node.text != "true" && node.text != "false")) throw expected(node, "true or false");
  return node.text == "true";
}

std::uint64_t Values::whole(const Yaml& node, std::uint64_t least, std::uint64_t most) const {
  std::uint64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [at, error] = std::from_chars(node.text.data(), end, value);
  const bool plain = node.kind == Yaml::Kind::text && !node.quoted && is_number(node.text);
  // A leading zero means octal to some readers.
  const bool ambiguous = node.text.size() > 1 && node.text[0] == '0';
  if (!plain || ambiguous || error != std::errc() || at != end || value < least || value > most)
    throw expected(node, fmt::format("a number from {} to {}", least, most));
  return value;
}

double Values::decimal(const Yaml& node, double least, double most) const {
  double value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto [at, error] = std::from_chars(node.text.data(), end, value, std::chars_format::fixed);
  const bool plain = node.kind == Yaml::Kind::text && !node.quoted;
  if (!plain || error != std::errc() || at != end || !(value >= least && value <= most))
    throw expected(node, fmt::format("a number from {} to {}", least, most));
  return value;
}

const std::vector<Yaml>& Values::list(const Yaml& node) const {
  if (node.kind != Yaml::Kind::list) throw expected(node, "a list");
  return node.items;
}

void Values::each_free(const Yaml& node, const std::function<void(const Yaml::Entry&)>& take) const {
  if (node.kind != Yaml::Kind::map) throw expected(node, "a map");
  for (const Yaml::Entry& entry : node.entries) take(entry);
}

void Values::each(const Yaml& node, std::initializer_list<std::string_view> known,
                  const std::function<void(std::string_view, const Yaml&)>& take) const {
  each_free(node, [&](const Yaml::Entry& entry) {
    if (std::ranges::find(known, std::string_view(entry.key)) == known.end())
      throw unknown(entry, {known.begin(), known.size()});
    take(entry.key, entry.value);
  });
}

Error Values::unknown(const Yaml::Entry& entry, std::span<const std::string_view> known) const {
  const std::string near = nearest(entry.key, known);
  return problem(entry.place, fmt::format("unknown key '{}'{}", visible(entry.key.substr(0, 60)),
                                          near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

bool is_number(std::string_view text) { return !text.empty() && only(text, {kDigits}); }

bool is_suite(std::string_view text) {
  return text.size() <= 40 && starts_in(text, {kLower}) && only(text, {kLower, kDigits, "-"});
}

bool is_package(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != text.npos)
    return text.find('=') == text.npos && is_suite(text.substr(slash + 1)) && is_package(text.substr(0, slash));
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  // apt reads a '-' behind a name as "remove it".
  if (name.size() < 2 || name.size() > 200 || !starts_in(name, {kLower, kDigits}) ||
      !only(name, {kLower, kDigits, "+-."}) || name.ends_with('-'))
    return false;
  if (equals == text.npos) return true;
  const std::string_view version = text.substr(equals + 1);
  return version.size() <= 200 && starts_in(version, {kDigits}) &&
         only(version, {kLower, kDigits, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "+-.~:"});
}

bool is_variable(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  return starts_in(text, {letters}) && only(text, {letters, kDigits}) && text.size() <= 200;
}

bool is_user(std::string_view text) {
  if (text.size() > 64) return false;
  if (const std::size_t colon = text.find(':'); colon != text.npos)
    return is_number(text.substr(0, colon)) && is_number(text.substr(colon + 1)) && text.size() <= 11;
  if (is_number(text)) return text.size() <= 5;
  return starts_in(text, {kLower, "_"}) && only(text, {kLower, kDigits, "_-"});
}

bool is_beneath(std::string_view path) {
  if (path.empty() || path.front() == '/') return false;
  return std::ranges::none_of(split(path, '/'), [](std::string_view part) { return part == ".."; });
}

}  // namespace sandbox::build
