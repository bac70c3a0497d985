#include "show_changes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "changes.hpp"
#include "cli/answer.hpp"
#include "life/journal.hpp"
#include "operand.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/misfit.hpp"
#include "record/stream.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kListed = 50;

std::string one_line(const record::FileChange& file) {
  return fmt::format("{:8} {}{}\n", file.status, visible(file.path), file.reason ? fmt::format("  ({})", *file.reason) : "");
}

/// A terminal obeys what it is shown.
std::string for_terminal(const std::string& patch) {
  std::string text;
  for (const std::string_view line : split(patch, '\n')) text += visible(line) + "\n";
  if (!text.empty()) text.pop_back();
  return text;
}

/// The patch on stdout, what it lacks on stderr.
void pass_patch(const record::Changes& changes) {
  std::size_t others = 0;
  for (const record::FileChange& file : changes.files)
    if (!file.in_patch && ++others <= kListed) write_all(2, fmt::format("sandbox-copy: not in the patch: {}", one_line(file)), "stderr");
  if (others > kListed) write_all(2, fmt::format("sandbox-copy: not in the patch: {} more: --json lists them\n", others - kListed), "stderr");
  write_all(1, ::isatty(1) ? for_terminal(changes.patch) : changes.patch, "stdout");
}

std::string human(const record::Changes& changes) {
  std::string text;
  for (const record::FileChange& file : changes.files) text += one_line(file);
  return text;
}

class Shower {
 public:
  explicit Shower(const Options& options)
      : options_(options), store_(store::Store::open()), log_(life::open_log(store_, config::Config::load().log)) {}

  int show_named(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::optional<std::string> path = colon == text.npos ? std::nullopt : std::optional(text.substr(colon + 1));
    return audit::logged(log_, [&] {
      const Reach reach(store_, log_, text.substr(0, colon));
      record::Changes changes = changes_of(reach, store_, path);
      if (options_.output.format == cli::Format::unset && !options_.output.quiet) return pass_patch(changes), 0;
      return write(std::move(changes), reach.record());
    });
  }

  int show_records() {
    const cli::Answering how{"no sandbox is named and stdin is a terminal",
                             "sandbox-copy --changes SANDBOX, or pipe records into it", options_.output};
    return cli::answer_records(how, [&](const Json& record) {
      if (record::is_failure(record)) return cli::pass_on(record);
      return life::logged_answer(log_, options_.output, [&] {
        const auto& found = record::required(record, record::Sandbox::kSchema, "sandbox", "pipe the output of sandbox-launch into this");
        const Reach reach(store_, log_, found.get<record::Sandbox>().id);
        return write(changes_of(reach, store_, std::nullopt), record::as_from(record));
      });
    });
  }

 private:
  int write(record::Changes changes, const Json& from) {
    changes.from = from;
    cli::put(options_.output, changes, changes.sandbox, [&] { return human(changes); });
    return 0;
  }

  const Options& options_;
  store::Store store_;
  audit::Log log_;
};

}  // namespace

int show_changes(const Options& options) {
  if (options.operands.size() > 1) throw Error(ExitCode::input, "--changes takes one sandbox", "sandbox-copy --changes SANDBOX[:PATH]");
  Shower shower(options);
  return options.operands.empty() ? shower.show_records() : shower.show_named(options.operands.front());
}

}  // namespace sandbox::tool
