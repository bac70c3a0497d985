#include "scan.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "cli/human.hpp"
#include "human.hpp"
#include "scan/code_quality.hpp"
#include "scan/rule.hpp"
#include "scan/sarif.hpp"

namespace sandbox::tool {

namespace {

class Scanner {
 public:
  explicit Scanner(const Options& options) : options_(options) {}

  void scan_recipe(const std::string& target) { put(scan::scan_recipe(target, options_.wish)); }

  /// The reports are whole or not there.
  int finish() const {
    if (options_.sarif) replace_file(*options_.sarif, scan::sarif(done_), 0644);
    if (options_.code_quality) replace_file(*options_.code_quality, scan::code_quality(done_), 0644);
    for (const record::Findings& findings : done_)
      if (findings.status != "passed") return static_cast<int>(ExitCode::no);
    return static_cast<int>(ExitCode::ok);
  }

 private:
  void put(record::Findings findings) {
    cli::put(options_.output, findings, findings.name + " " + findings.status, [&] { return human(findings); });
    done_.push_back(std::move(findings));
  }

  const Options& options_;
  std::vector<record::Findings> done_;
};

}  // namespace

int scan(const Options& options) {
  Scanner scanner(options);
  for (const std::string& target : options.targets) scanner.scan_recipe(target);
  return scanner.finish();
}

std::string rules_text() {
  cli::Table table;
  table.row({"RULE", "SEVERITY", "WHAT IS WRONG"});
  for (const scan::Rule& rule : scan::rules()) table.row({std::string(rule.id), std::string(record::name_of(rule.severity)), std::string(rule.says)});
  return table.text();
}

}  // namespace sandbox::tool
