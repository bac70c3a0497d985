#include "scan/version_order.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// What is before a character and what is behind it; without it, all and nothing.
std::pair<std::string_view, std::string_view> cut(std::string_view text, std::size_t at) {
  if (at == text.npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// A list of numbers, of which more may follow: "1.2" is "1.2.0".
std::weak_ordering compare_cores(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto [x, rest_of_a] = cut(a, a.find('.'));
    const auto [y, rest_of_b] = cut(b, b.find('.'));
    const auto order = is_number(x.empty() ? "0" : x) && is_number(y.empty() ? "0" : y) ? compare_numbers(x, y) : std::weak_ordering(x <=> y);
    if (order != 0) return order;
    a = rest_of_a, b = rest_of_b;
  }
  return std::weak_ordering::equivalent;
}

/// Numbers are before words, fewer before more.
std::weak_ordering compare_prereleases(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();  // none is the release itself, the latest
  const std::vector<std::string_view> parts_of_a = split(a, '.'), parts_of_b = split(b, '.');
  for (std::size_t i = 0; i < std::min(parts_of_a.size(), parts_of_b.size()); ++i) {
    const std::string_view x = parts_of_a[i], y = parts_of_b[i];
    if (is_number(x) != is_number(y)) return is_number(y) <=> is_number(x);
    const auto order = is_number(x) ? compare_numbers(x, y) : std::weak_ordering(x <=> y);
    if (order != 0) return order;
  }
  return parts_of_a.size() <=> parts_of_b.size();
}

}  // namespace

std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.size(), a.find_first_not_of('0')));
  b.remove_prefix(std::min(b.size(), b.find_first_not_of('0')));
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

std::weak_ordering compare_semver(std::string_view a, std::string_view b) {
  for (std::string_view* version : {&a, &b}) {
    if (version->starts_with('v')) version->remove_prefix(1);
    *version = version->substr(0, version->find('+'));  // the build is no part of the order
  }
  const auto [core_of_a, rest_of_a] = cut(a, a.find('-'));
  const auto [core_of_b, rest_of_b] = cut(b, b.find('-'));
  const auto order = compare_cores(core_of_a, core_of_b);
  return order != 0 ? order : compare_prereleases(rest_of_a, rest_of_b);
}

std::weak_ordering compare_versions(Ecosystem ecosystem, std::string_view a, std::string_view b) {
  switch (ecosystem) {
    case Ecosystem::deb: return compare_deb(a, b);
    case Ecosystem::pypi: return compare_pep440(a, b);
    case Ecosystem::npm:
    case Ecosystem::golang:
    case Ecosystem::cargo: break;
  }
  return compare_semver(a, b);
}

}  // namespace sandbox::scan
