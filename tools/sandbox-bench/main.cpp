// sandbox-bench measures the stages of a life and an image's own commands, and compares.
#include "base/error.hpp"
#include "bench.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "life/launch_options.hpp"
#include "rows.hpp"

namespace {

using namespace sandbox;

/// As they were written on the command line.
struct Texts {
  std::optional<std::string> stages, concurrency, fail_over;
  std::vector<std::string> commands;
  std::optional<std::chrono::milliseconds> timeout;
};

void add_what(cli::Options& options, tool::Options& chosen, Texts& texts) {
  options.option("--stages", texts.stages, "LIST", "Only these, with commas between them: stages, or commands by their names");
  options.words("--stages", {tool::kStages.begin(), tool::kStages.end()});
  options.option("--command", texts.commands, "NAME=TEXT", "Measure this command for sh(1), too")->expected(1)->take_all();
  options.option("--concurrency", texts.concurrency, "LIST", "Whole lives, so many at once, for each of these numbers");
  options.option("--runs", chosen.runs, "N", "Measure each so often; default 20")->check(CLI::Range(1, 1000));
  options.option("--warmup", chosen.warmup, "N", "Runs before those, which do not count; default 2")->check(CLI::Range(0, 100));
  options.duration("--timeout", texts.timeout, "End each command after so long; default 5m");
  options.option("--read", chosen.read, "FILE", "Measure nothing: read what was measured before");
  options.option("--baseline", chosen.baseline, "FILE", "Say what has changed since this output of before");
  options.option("--fail-over", texts.fail_over, "PERCENT", "Exit 1 when something is slower by more than this, for certain");
  options.flag("--markdown", chosen.markdown, "Print a table as Markdown instead of a record");
  options.option("--html", chosen.html, "FILE", "Write tables and plots as a page that needs no other file");
  options.option("--svg", chosen.svg, "FILE", "Write the plots as SVG");
}

/// Those that were given among the options from `first` on, in words again.
std::vector<std::string> words_given(const CLI::App& app, std::size_t first) {
  std::vector<std::string> words;
  const auto all = app.get_options();
  for (std::size_t i = first; i < all.size(); ++i) {
    const std::string name = all[i]->get_lnames().empty() ? "" : "--" + all[i]->get_lnames().front();
    const bool is_flag = all[i]->get_items_expected_max() == 0;
    if (all[i]->count() == 0 || name.empty()) continue;
    if (is_flag) words.push_back(name);
    else
      for (const std::string& value : all[i]->results()) words.push_back(name + "=" + value);
  }
  return words;
}

void take(const Texts& texts, tool::Options& chosen) {
  if (texts.stages) chosen.only = tool::parse_list("--stages", *texts.stages);
  if (texts.concurrency) chosen.concurrency = tool::parse_concurrency(*texts.concurrency);
  if (texts.fail_over) chosen.fail_over = tool::parse_percent(*texts.fail_over);
  for (const std::string& command : texts.commands) chosen.commands.push_back(tool::parse_command(command));
  if (texts.timeout) chosen.timeout = *texts.timeout;
}

int run(int argc, char** argv) {
  tool::Options chosen;
  Texts texts;
  life::LaunchRequest launch;  // its options are checked here, and passed on as they are
  cli::Options options("sandbox-bench", "Measure the life of a sandbox and the commands of an image");
  options.app().add_option("IMAGE", chosen.image, "Name or digest; without it, image records are read from stdin");
  add_what(options, chosen, texts);
  options.output(chosen.output);
  const std::size_t first = options.app().get_options().size();
  life::add_launch_options(options, launch);
  options.examples({{"sandbox-bench busybox", "each stage of a life, and the image's own commands"},
                    {"sandbox-bench --stages launch,exec --concurrency 1,2,4 busybox", "two stages, and whole lives at once"},
                    {"sandbox-bench busybox >before; sandbox-bench --baseline before --fail-over 10% busybox", "what has become slower"}});
  options.parse(argc, argv);
  take(texts, chosen);
  chosen.launch = words_given(options.app(), first);
  cli::note_interrupts();
  try {
    return tool::bench(chosen);
  } catch (const cli::Interrupted& interrupted) {
    cli::end_by(interrupted);
  }
}

}  // namespace

int main(int argc, char** argv) { return cli::tool_main("sandbox-bench", argc, argv, run); }
