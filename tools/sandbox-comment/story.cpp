#include "story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "forge/markdown.hpp"
#include "record/changes.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/findings.hpp"
#include "record/image.hpp"
#include "record/measurements.hpp"
#include "record/outcome.hpp"
#include "record/reaped.hpp"
#include "record/sandbox.hpp"
#include "record/says_no.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxOfAName = 50;

struct Teller {
  std::string_view schema;
  Sections (*tell)(const Json& record, const Setting& setting);
};

constexpr std::array kTellers = {
    Teller{record::Failure::kSchema, tell_failure},
    Teller{record::Sandbox::kSchema, tell_sandbox},
    Teller{"sandbox.report/1", tell_report},
    Teller{record::Outcome::kSchema, tell_outcome},
    Teller{record::Image::kSchema, tell_image},
    Teller{record::Changes::kSchema, tell_changes},
    Teller{record::Findings::kSchema, tell_findings},
    Teller{record::Measurements::kSchema, tell_measurements},
    Teller{record::Reaped::kSchema, tell_end},
};

/// Calls `take` with each record of a chain, the last one first.
template <class Take>
void walk(const Json& record, Take&& take) {
  for (const Json* at = &record; at->is_object();) {
    take(*at);
    const auto next = at->find("from");
    if (next == at->end()) return;
    at = &*next;
  }
}

std::string text_in(const Json& record, const char* name) {
  const auto found = record.find(name);
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Setting setting_of(const std::vector<Json>& records) {
  Setting setting;
  for (const Json& record : records)
    walk(record, [&](const Json& one) {
      if (record::schema_of(one) == record::Reaped::kSchema && one.value("dry_run", Json()) == false) setting.ended.insert(text_in(one, "id"));
    });
  return setting;
}

/// NUMBER:SHA-256; the highest number of all is the head.
void take_head(const std::string& text, std::optional<std::pair<std::uint64_t, std::string>>& head) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest == text.data() + text.size() || *rest != ':' || text.size() > 100) return;
  if (!head || number > head->first) head = {number, text};
}

std::optional<Section> head_of(const std::vector<Json>& records) {
  std::optional<std::pair<std::uint64_t, std::string>> head;
  for (const Json& record : records) walk(record, [&](const Json& one) { take_head(text_in(one, "log_head"), head); });
  if (!head) return std::nullopt;
  return Section{"log head", 90, 95, fmt::format("Head of the log: {}\n", forge::code(head->second)), {"head of the log:", {head->second}}};
}

class Collector {
 public:
  explicit Collector(Setting setting) : setting_(std::move(setting)) {}

  void add(const Json& record) {
    const std::string schema = record::schema_of(record);
    const auto teller = std::ranges::find(kTellers, schema, &Teller::schema);
    if (teller == kTellers.end()) return;  // of a tool that we do not know, or of no interest
    for (Section& section : teller->tell(record, setting_)) add(std::move(section));
  }

  Sections finish(std::optional<Section> head) && {
    for (const auto& [name, left] : left_out_)
      sections_.push_back({"left out", 80, 85, fmt::format("*{} more of: {}*\n", left, name), {fmt::format("{} more of: {}", left, name), {}}});
    if (head) sections_.push_back(std::move(*head));
    std::ranges::stable_sort(sections_, {}, &Section::place);
    return std::move(sections_);
  }

 private:
  /// Of several sandboxes of one image, the image is told once.
  void add(Section section) {
    const bool told = std::ranges::any_of(sections_, [&](const Section& other) { return other.name == section.name && other.text == section.text; });
    if (told) return;
    if (++count_[section.name] > kMaxOfAName) ++left_out_[section.name];
    else sections_.push_back(std::move(section));
  }

  Setting setting_;
  Sections sections_;
  std::map<std::string, std::size_t> count_, left_out_;
};

std::string headline_of(const Story& story) {
  const auto has = [&](std::string_view name) { return std::ranges::find(story.sections, name, &Section::name) != story.sections.end(); };
  if (!story.says_no) return has("tests") ? "tests passed" : has("commands") ? "all commands succeeded" : has("sandbox") ? "ready" : "done";
  if (has("errors")) return "a tool failed";
  if (has("findings") && !has("tests") && !has("commands")) return "the scan has findings";
  if (has("measurements") && !has("tests") && !has("commands")) return "a measurement failed, or is over its limit";
  return has("failing cases") || (has("tests") && !has("commands")) ? "tests do not pass" : "a command failed";
}

}  // namespace

Story story_of(const std::vector<Json>& records) {
  Story story;
  Collector collector(setting_of(records));
  for (const Json& record : records) {
    story.says_no = story.says_no || record::says_no(record);
    walk(record, [&](const Json& one) { collector.add(one); });
  }
  story.sections = std::move(collector).finish(head_of(records));
  story.headline = headline_of(story);
  return story;
}

}  // namespace sandbox::tool
