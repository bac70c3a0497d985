#include "results/coverage.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <pugixml.hpp>
#include <set>

#include "base/text.hpp"
#include "results/reading.hpp"

namespace sandbox::results {

namespace {

using record::Coverage;

constexpr std::size_t kMaxTags = 2'000'000;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

void count(Coverage& coverage, std::uint64_t lines, bool ran) {
  coverage.lines += lines;
  coverage.covered += ran ? lines : 0;
}

/// Each class lists its lines; those of its methods are among them.
class CoberturaWalk : public pugi::xml_tree_walker {
 public:
  Coverage coverage{"cobertura", 0, 0};

 private:
  bool for_each(pugi::xml_node& node) override {
    if (std::strcmp(node.name(), "line") == 0 && std::strcmp(node.parent().parent().name(), "class") == 0)
      count(coverage, 1, node.attribute("hits").as_ullong() > 0);
    return true;
  }
};

std::optional<Coverage> read_cobertura(std::string text) {
  if (static_cast<std::size_t>(std::ranges::count(text, '<')) > kMaxTags) return std::nullopt;
  pugi::xml_document document;
  if (!document.load_buffer_inplace(text.data(), text.size()) || !document.child("coverage")) return std::nullopt;
  CoberturaWalk walk;
  document.traverse(walk);
  return walk.coverage;
}

/// DA:LINE,HITS
std::optional<Coverage> read_lcov(std::string_view text) {
  Coverage coverage{"lcov", 0, 0};
  for (std::string_view line : split(text, '\n')) {
    if (!line.starts_with("DA:")) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto parts = split(line.substr(3), ',');
    if (const auto hits = parts.size() >= 2 ? number_of(parts[1]) : std::nullopt) count(coverage, 1, *hits > 0);
  }
  return coverage;
}

/// NAME:A.B,C.D STATEMENTS HITS; a block may come again from another package, and has run if it ran once.
std::optional<Coverage> read_go(std::string_view text) {
  Coverage coverage{"go", 0, 0};
  std::map<std::string_view, std::pair<std::uint64_t, bool>> blocks;
  for (const std::string_view line : split(text, '\n')) {
    const auto parts = split(line, ' ');
    if (parts.size() != 3) continue;
    const auto statements = number_of(parts[1]), hits = number_of(parts[2]);
    if (!statements || !hits || *statements > 1'000'000 || blocks.size() > kMaxTags) continue;
    auto& block = blocks[parts[0]];
    block = {*statements, block.second || *hits > 0};
  }
  for (const auto& [place, block] : blocks) count(coverage, block.first, block.second);
  return coverage;
}

}  // namespace

std::optional<Coverage> read_coverage(std::string text) {
  if (text.size() > kMaxReport) return std::nullopt;
  std::optional<Coverage> coverage;
  if (text.starts_with("mode: ")) coverage = read_go(text);
  else if (text.starts_with("TN:") || text.starts_with("SF:")) coverage = read_lcov(text);
  else if (text.find("<coverage") != text.npos) coverage = read_cobertura(std::move(text));
  return coverage && coverage->lines > 0 ? coverage : std::nullopt;
}

}  // namespace sandbox::results
