#pragma once
// Place: a log of a test's own, and its lines as a test reads and changes them.
#include <string>
#include <vector>

#include "audit/chain.hpp"
#include "audit/files.hpp"
#include "audit/log.hpp"
#include "base/text.hpp"
#include "scratch.hpp"

namespace sandbox::test {

class LogPlace {
 public:
  LogPlace() : scratch_(scratch()) {}

  Path directory() const { return scratch_.path() / "log"; }
  Path current() const { return directory() / audit::kCurrentName; }

  audit::Settings settings() const {
    audit::Settings settings;
    settings.directory = directory();
    settings.tool = "sandbox-test";
    settings.actor = {1000, "ci/job-17"};
    return settings;
  }

  /// Appends `count` entries, each of which says its turn.
  void fill(int count) const {
    audit::Log log(settings());
    for (int i = 0; i < count; ++i) log.append({"end", "sb-aaaaaaaaaa", {{"ended", "asked"}, {"turn", i}}});
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    const std::string text = read_file(current(), 64 << 20);
    for (const std::string_view line : split(text, '\n'))
      if (!line.empty()) lines.emplace_back(line);
    return lines;
  }

  void write(const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    replace_file(current(), text);
  }

  record::Verified verified(const std::vector<audit::Head>& anchors = {}) const {
    return audit::verify(audit::read_chain(audit::take_files(directory())), anchors);
  }

 private:
  TempDir scratch_;
};

}  // namespace sandbox::test
