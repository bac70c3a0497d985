#include "compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "forge/markdown.hpp"
#include "forge/marker.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxMessageLines = 12;
constexpr std::string_view kGone = "*Some of it is left out here: there is no room.*\n";

std::string head_of(const Heading& heading, const Story& story) {
  std::string text = fmt::format("{}\n### {} {}: {}\n\n", forge::marker(heading.key), story.says_no ? "❌" : "✅", forge::code(heading.title, 100), story.headline);
  std::string line;
  if (!heading.commit.empty()) line += "commit " + forge::code(heading.commit.substr(0, 12));
  if (!heading.job_url.empty()) line += (line.empty() ? "" : ", ") + forge::hyperlink("job", heading.job_url);
  return line.empty() ? text : text + line + "\n\n";
}

enum class Shown { whole, brief, not_at_all };

std::string text_of(const Section& section, Shown shown) {
  if (shown == Shown::whole) return section.text + "\n";
  return shown == Shown::brief ? fmt::format("{} *(no room for more)*\n\n", in_markdown(section.brief)) : "";
}

class Fitting {
 public:
  Fitting(const Sections& sections, std::size_t room) : sections_(sections), shown_(sections.size(), Shown::whole), room_(room) {
    for (const Section& section : sections) size_ += text_of(section, Shown::whole).size();
  }

  /// Takes what matters least down to `to`, one after the other, until all fits.
  void shrink(Shown to) {
    std::vector<std::size_t> order(sections_.size());
    std::iota(order.begin(), order.end(), 0);
    // Of those that matter alike, the one that stands last goes first.
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return std::pair(sections_[a].weight, b) < std::pair(sections_[b].weight, a); });
    for (const std::size_t i : order) {
      if (size_ <= room_) return;
      size_ -= text_of(sections_[i], shown_[i]).size();
      shown_[i] = to;
      size_ += text_of(sections_[i], to).size();
    }
  }

  Composed composed() const {
    Composed result;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      result.text += text_of(sections_[i], shown_[i]);
      const std::string& name = sections_[i].name;
      if (shown_[i] != Shown::whole && std::ranges::find(result.folded, name) == result.folded.end()) result.folded.push_back(name);
    }
    if (std::ranges::find(shown_, Shown::not_at_all) != shown_.end()) result.text += kGone;
    return result;
  }

 private:
  const Sections& sections_;
  std::vector<Shown> shown_;
  std::size_t room_, size_ = 0;
};

}  // namespace

Composed compose(const Heading& heading, const Story& story, std::size_t most) {
  const std::string head = head_of(heading, story);
  const std::size_t taken = head.size() + kGone.size();
  if (most < taken) throw Error(ExitCode::input, fmt::format("no comment has {} bytes or less", most), "give it more --limit");
  Fitting fitting(story.sections, most - taken);
  fitting.shrink(Shown::brief);
  fitting.shrink(Shown::not_at_all);
  Composed composed = fitting.composed();
  composed.text.insert(0, head);
  return composed;
}

forge::Message compose_message(const Heading& heading, const Story& story) {
  const std::string mark = story.says_no ? "❌" : "✅";
  const Brief title{"", {}};
  forge::Message message;
  message.plain = fmt::format("{} {}: {}", mark, forge::harmless(heading.title.substr(0, 100)), story.headline);
  message.html = fmt::format("{} <b>{}: {}</b>", mark, forge::html(heading.title.substr(0, 100)), story.headline);
  std::size_t lines = 0;
  for (const Section& section : story.sections) {
    if (section.weight < 45 || ++lines > kMaxMessageLines) continue;
    message.plain += "\n" + in_plain_text(section.brief);
    message.html += "<br>" + in_html(section.brief);
  }
  if (forge::is_plain_url(heading.job_url)) {
    message.plain += "\n" + heading.job_url;
    message.html += fmt::format("<br><a href=\"{0}\">{0}</a>", forge::html(heading.job_url));
  }
  return message;
}

std::string one_line(const Story& story) {
  for (const Section& section : story.sections)
    if (section.name == "tests") return section.brief.says;
  return story.headline;
}

}  // namespace sandbox::tool
