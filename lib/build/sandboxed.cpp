#include "build/sandboxed.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/caught.hpp"
#include "build/disk_watch.hpp"
#include "build/program.hpp"
#include "build/taken.hpp"
#include "digest/sha256.hpp"
#include "life/ask.hpp"
#include "life/exchange.hpp"
#include "life/execute.hpp"
#include "life/journal.hpp"
#include "life/lease.hpp"
#include "life/refusals.hpp"
#include "record/verdict.hpp"

namespace sandbox::build {

namespace {

constexpr int kTickMs = 100;
constexpr std::uint64_t kMostOutput = std::uint64_t{64} << 20;  // the log is on the host's disk
/// For the end of a command whose time is up, before the sandbox's own time is.
constexpr std::chrono::minutes kSpare{5};

/// Both streams to the log, as they come.
class LogWiring : public life::Wiring {
 public:
  LogWiring(int log, int input, life::PassFlow::Hash hash) : log_(log), input_(input), hash_(hash) {}
  std::unique_ptr<life::OutputFlow> output(const Fd& source, int) override {
    return std::make_unique<life::PassFlow>(source, log_, std::vector<std::string>(), hash_);
  }
  std::unique_ptr<life::InputFlow> input(Fd sink, bool is_terminal) override {
    return std::make_unique<life::InputFlow>(input_, std::move(sink), is_terminal);
  }

 private:
  int log_, input_;
  life::PassFlow::Hash hash_;
};

/// A file with the text, at its beginning.
Fd holding(const std::string& text) {
  Fd file = checked_fd(::memfd_create("input", MFD_CLOEXEC), "cannot create", "the step's input");
  write_all(file.get(), text, "the step's input");
  if (::lseek(file.get(), 0, SEEK_SET) < 0) throw_system_error("cannot rewind", "the step's input");
  return file;
}

/// What a sandbox of the layers so far runs.
record::Image image_below(const Sandboxed& what, const Workplace& place) {
  record::Image image;
  image.name = place.recipe;
  image.layers = place.layers;
  image.defaults.env = what.env;
  image.defaults.network = what.doors;
  std::string text;
  for (const record::Layer& layer : place.layers) text += layer.digest + "\n";
  image.digest = "sha256:" + digest::sha256_hex(text);
  return image;
}

life::LaunchRequest launch_request(const Sandboxed& what, const Workplace& place, const Path& disk) {
  life::LaunchRequest request = place.site->request;
  request.building = disk;
  request.allow_missing.emplace_back("disk");  // the watch is here
  if (what.doors.empty()) request.allow_cidr.clear();
  if (::geteuid() != 0) request.ids = "single";  // the files of a user's layers belong to the user
  request.lease = true;
  request.ttl = what.timeout + kSpare;
  request.labels["sandbox.build"] = place.recipe;
  return request;
}

/// One stream, so that the log has the lines in the order in which they were written.
life::Request command(const Sandboxed& what) {
  life::Request request;
  request.argv = {"/bin/sh", "-c", "exec 2>&1; exec /bin/sh -e -c \"$0\"", what.script};
  request.user = what.user;
  request.cwd = what.workdir;
  request.timeout = what.timeout;
  request.input = !what.input.empty();
  request.output_limit = kMostOutput;
  return request;
}

class Running {
 public:
  Running(const Sandboxed& what, const Workplace& place, const Path& disk)
      : what_(what), place_(place), watch_(disk, *place.site->request.limits.disk_bytes) {}

  /// Throws Error(no) when the command fails.
  void run(const Path& disk);
  const std::vector<std::string>& shown() const { return shown_; }

 private:
  life::CommandEnd converse(Fd connection, const life::Request& request);
  void note(const std::string& id, const life::Request& request, const record::Verdict& verdict, const record::Usage& usage) const;
  void tell(const std::string& line) const { write_all(place_.log, line + "\n", "the log"); }
  void open_shell(const std::string& id) const;

  const Sandboxed& what_;
  const Workplace& place_;
  DiskWatch watch_;
  std::vector<std::string> shown_;
  record::Stream said_;
  audit::Digests digests_;
};

life::CommandEnd Running::converse(Fd connection, const life::Request& request) {
  const Fd input = holding(what_.input);
  LogWiring wiring(place_.log, input.get(), life::hash_for(place_.site->config.log));
  life::Exchange exchange(std::move(connection), request, wiring);
  std::vector<pollfd> waits;
  while (!exchange.done()) {
    waits.clear();
    exchange.add_waits(waits);
    if (::poll(waits.data(), waits.size(), kTickMs) < 0 && errno != EINTR) throw_system_error("cannot wait for the sandbox");
    exchange.step(waits, 0);
    place_.tick();
    if (watch_.is_over())
      throw build_failed(fmt::format("wrote more than {}", size_text(*place_.site->request.limits.disk_bytes)));
  }
  if (auto* const flow = static_cast<life::PassFlow*>(exchange.output(1))) {
    said_.bytes = flow->bytes();
    digests_.out = flow->take_digest();
  }
  return exchange.end();
}

/// Into the audit log, like the commands of any sandbox.
void Running::note(const std::string& id, const life::Request& request, const record::Verdict& verdict,
                   const record::Usage& usage) const {
  if (!place_.site->log) return;
  record::CommandOutcome outcome;
  outcome.argv = request.argv;
  outcome.verdict = verdict;
  outcome.usage = usage;
  outcome.out = said_;
  const std::size_t end = std::min(place_.where.size(), place_.where.rfind(": "));
  place_.site->log->append(audit::step_commanded(id, outcome, life::asked(request), digests_,
                                                 {place_.recipe, place_.where.substr(0, end), place_.title}));
}

/// To look around where it failed; what is changed there is lost.
void Running::open_shell(const std::string& id) const {
  if (!place_.site->shell_on_failure) return;
  auto connection = life::dial(place_.site->store, id);
  if (!connection) return;
  write_all(2, fmt::format("\n{}: a shell where the step failed; exit ends it\n", place_.recipe), "stderr");
  life::Request request;
  request.argv = {"/bin/sh", "-i"};
  request.user = what_.user;
  request.cwd = what_.workdir;
  request.input = request.terminal = true;
  life::pass_through({std::move(*connection), {}, {}}, request);
}

void Running::run(const Path& disk) {
  const Site& site = *place_.site;
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  life::Launching launching = life::begin_launch(site.store, site.config, launch_request(what_, place_, disk),
                                                 image_below(what_, place_), std::move(theirs));
  shown_ = launching.shown();
  const std::string id = launching.id();
  std::optional<life::LimitWatch> limits(std::in_place, site.store, id, life::LimitWatch::Baseline::zero);
  life::Lease lease(std::move(launching));
  lease.sandbox();  // why there is none says more than that nothing answers
  const life::Request request = command(what_);
  const life::CommandEnd end = converse(std::move(ours), request);
  const record::Verdict verdict = life::judge(end, request, life::limit_hit_of(limits));
  note(id, request, verdict, life::usage_of(end.ended));
  if (!verdict.succeeded()) {
    for (const std::string& line : life::told_refusals(site.store, id)) tell(line);
    open_shell(id);
  }
  lease.end();
  if (verdict.succeeded()) return;
  if (const std::string text = record::explanation(verdict); !text.empty()) throw build_failed(text);
  throw build_failed(verdict.exit ? fmt::format("ended with {}", *verdict.exit) : verdict.detail);
}

Told told(const Sandboxed& what, const Path& disk) {
  Told all;
  for (const std::string& file : what.tells) all[file] = read_told(disk / "u", file);
  return all;
}

}  // namespace

Told run_sandboxed(const Sandboxed& what, const Workplace& place, const std::function<void(const Told&)>& on_failure) {
  const Path disk = place.folder / "disk";
  if (::mkdir(disk.c_str(), 0755) < 0 || ::chmod(disk.c_str(), 0755) < 0) throw_system_error("cannot create", disk.native());
  Running running(what, place, disk);
  try {
    running.run(disk);
  } catch (const Error& error) {
    if (error.code() == ExitCode::no && on_failure) on_failure(told(what, disk));
    throw;
  }
  Told said = told(what, disk);
  catch_layer(disk, running.shown(), place);
  return said;
}

}  // namespace sandbox::build
