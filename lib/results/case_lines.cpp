#include "results/case_lines.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::results {

namespace {

class Reader {
 public:
  Reading read(std::string_view text) {
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line(text.substr(begin, end - begin), end == text.size());
      begin = end + 1;
    }
    for (auto& [key, test] : begun_) {
      test.status = record::CaseStatus::crashed;
      test.message = "it began and did not end";
      reading_.add(std::move(test));
    }
    if (!end_) reading_.problem("truncated", "the report ends before the tests did");
    else if (*end_ != count_) reading_.problem(*end_ > count_ ? "truncated" : "contradictory", fmt::format("it counts {} cases and has {}", *end_, count_));
    return std::move(reading_);
  }

 private:
  void line(std::string_view text, bool is_unfinished) {
    if (text.empty()) return;
    if (end_) return reading_.problem("contradictory", "lines after the last one");
    try {
      const Json event = record::parse(text, "a line");
      if (event.contains("end")) end_ = count_in(event, "end").value_or(0);
      else if (event.contains("begin")) begin(event.at("begin"));
      else if (event.contains("problem")) reading_.problem("unreadable", text_in(event, "problem"));
      else ended(event.get<record::TestCase>());
    } catch (const Error& error) {
      if (!is_unfinished) reading_.problem("unreadable", error.what());
    } catch (const nlohmann::json::exception&) {
      reading_.problem("unreadable", "a line that is no case");
    }
  }

  void begin(const Json& said) {
    if (begun_.size() >= kMaxCases) return;
    record::TestCase test;
    test.suite = text_in(said, "suite");
    test.name = text_in(said, "name");
    if (const std::string file = text_in(said, "file"); !file.empty()) test.file = file;
    begun_[{test.suite, test.name}] = std::move(test);
  }

  void ended(record::TestCase test) {
    begun_.erase({test.suite, test.name});
    ++count_;
    reading_.add(std::move(test));
  }

  Reading reading_;
  std::map<std::pair<std::string, std::string>, record::TestCase> begun_;
  std::optional<std::uint64_t> end_;
  std::uint64_t count_ = 0;
};

}  // namespace

Reading read_case_lines(std::string_view text) {
  if (text.size() <= kMaxReport) return Reader().read(text);
  Reading reading;
  reading.problem("unreadable", "the report is too large");
  return reading;
}

}  // namespace sandbox::results
