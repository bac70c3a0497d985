#include "family.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace sandbox::tool {

namespace {

constexpr const char* kTypes[] = {"counter", "gauge", "histogram"};

std::string escaped(std::string_view text, bool with_quotes) {
  std::string all;
  for (const char c : text) {
    if (c == '\\') all += "\\\\";
    else if (c == '\n') all += "\\n";
    else if (c == '"' && with_quotes) all += "\\\"";
    else all += c;
  }
  return all;
}

std::string sample(const std::string& name, const Labels& labels, double value) {
  std::string line = name;
  for (const auto& [label, text] : labels) line += fmt::format("{}{}=\"{}\"", line.size() == name.size() ? '{' : ',', label, label_text(text));
  return fmt::format("{}{} {}\n", line, labels.empty() ? "" : "}", number_text(value));
}

Labels joined(const Labels& first, const Labels& second) {
  Labels all = first;
  all.insert(all.end(), second.begin(), second.end());
  return all;
}

}  // namespace

void Family::write(std::string& into, const Labels& common) const {
  if (values_.empty() && histograms_.empty()) return;
  into += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, escaped(help_, false), name_, kTypes[static_cast<int>(type_)]);
  for (const auto& [labels, value] : values_) into += sample(name_, joined(common, labels), value);
  for (const auto& [labels, histogram] : histograms_) write_histogram(into, joined(common, labels), histogram);
}

void Family::write_histogram(std::string& into, const Labels& labels, const Histogram& histogram) const {
  const std::vector<std::uint64_t> counts = histogram.cumulated();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string bound = i < bounds_.size() ? number_text(bounds_[i]) : "+Inf";
    into += sample(name_ + "_bucket", joined(labels, {{"le", bound}}), static_cast<double>(counts[i]));
  }
  into += sample(name_ + "_sum", labels, histogram.sum());
  into += sample(name_ + "_count", labels, static_cast<double>(counts.back()));
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value == std::trunc(value) && std::abs(value) < 1e18) return fmt::format("{:.0f}", value);
  return fmt::format("{}", value);
}

std::string label_text(std::string_view value) { return escaped(is_utf8(value) ? std::string(value) : visible(value), true); }

bool is_label_name(std::string_view name) {
  constexpr std::string_view first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  constexpr std::string_view digits = "0123456789";
  if (name.empty() || first.find(name[0]) == first.npos || name.starts_with("__") || name == "le") return false;
  return std::ranges::all_of(name, [&](char c) { return first.find(c) != first.npos || digits.find(c) != digits.npos; });
}

}  // namespace sandbox::tool
