// audit-entry DIRECTORY COUNT: writes so many entries of a command into a log there, each as a
// tool of its own would, and prints the milliseconds of each as a JSON array.
#include <cstdio>

#include "audit/log.hpp"
#include "base/clock.hpp"

using namespace sandbox;

namespace {

record::CommandOutcome command() {
  record::CommandOutcome outcome;
  outcome.argv = {"python3", "-m", "pytest", "-q", "tests"};
  outcome.verdict = {record::Status::finished, record::Reason::exit, 0, {}, {}};
  outcome.out.kept = std::string(200, '.') + "\n";
  outcome.out.bytes = outcome.out.kept.size();
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return static_cast<int>(ExitCode::input);
  Json times = Json::array();
  const record::CommandOutcome outcome = command();
  for (int left = std::stoi(argv[2]); left > 0; --left) {
    const Stopwatch watch;
    audit::Settings settings;
    settings.directory = argv[1];
    settings.tool = "sandbox-exec";
    settings.actor = audit::actor_here();
    audit::Log log(std::move(settings));
    if (!log.append(audit::commanded("sb-aaaaaaaaaa", outcome, {}, audit::digests_of_kept(outcome)))) return static_cast<int>(ExitCode::failed);
    times.push_back(watch.elapsed_ms());
  }
  std::puts(record::dump(times).c_str());
}
