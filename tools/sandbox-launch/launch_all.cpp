#include "launch_all.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/answer.hpp"
#include "cli/warn.hpp"
#include "doors/places.hpp"
#include "life/ask.hpp"
#include "life/journal.hpp"
#include "life/message.hpp"
#include "life/port_plan.hpp"
#include "life/ssh.hpp"
#include "life/ssh_keys.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "record/image.hpp"

namespace sandbox::tool {

namespace {

std::string human(const record::Sandbox& sandbox) {
  double total = 0;
  for (const char* stage : {"spawn", "image", "state", "supervisor"})
    if (const auto found = sandbox.timings_ms.find(stage); found != sandbox.timings_ms.end()) total += found->second;
  std::string absent;
  for (const record::Wall& wall : sandbox.walls)
    if (!wall.up && wall.name != "kernel") absent += fmt::format("{}{}", absent.empty() ? "" : ", ", wall.name);
  std::string urls;
  for (const record::Port& port : sandbox.ports) urls += visible(port.url) + (port.port == doors::kSshPort ? "\n" : fmt::format(" leads to port {}\n", port.port));
  return fmt::format("{}  {}  {}{}  ready in {:.1f} ms{}\n{}", sandbox.id, visible(sandbox.image),
                     sandbox.name ? visible(*sandbox.name) + "  " : "",
                     sandbox.expires ? "until " + *sandbox.expires : "no time limit", total,
                     absent.empty() ? "" : "  (absent: " + absent + ")", urls);
}

class Launcher {
 public:
  explicit Launcher(const Options& options)
      : options_(options), store_(store::Store::open()), config_(config::Config::load()), log_(life::open_log(store_, config_.log)) {
    for (const auto& [name, value] : options.request.secrets) log_.redact({value});
    if (options.request.ssh) keys_ = life::callers_keys(options.ssh_key);
  }

  audit::Log& log() { return log_; }

  /// Starts `count` sandboxes and writes their records.
  void launch(const std::string& image, const Json& from) {
    life::LaunchRequest request = options_.request;
    request.image = image;
    life::settle_ports(store_, request);
    if (options_.wait_ready) request.wait_ready = options_.ready_timeout.value_or(std::chrono::minutes(1));
    for (int i = 0; i < options_.count; ++i) {
      if (options_.name) request.name = options_.count == 1 ? *options_.name : fmt::format("{}-{}", *options_.name, i + 1);
      request.lease = options_.foreground;
      life::Launched launched = life::launch(store_, config_, request);
      if (!launched.sandbox.log_head) warn_once();
      if (request.ssh) let_in(launched.sandbox);
      launched.sandbox.from = from;
      cli::put(options_.output, launched.sandbox, launched.sandbox.id, [&] { return human(launched.sandbox); });
      if (options_.foreground) channels_.push_back(std::move(launched.channel));
    }
  }

  /// With --foreground: until every sandbox has ended.
  void wait() {
    for (const Fd& channel : channels_) life::receive_message(channel);
  }

 private:
  /// One that cannot be entered as asked is of no use.
  void let_in(const record::Sandbox& sandbox) {
    try {
      life::prepare_ssh(store_, sandbox, keys_);
    } catch (const Error&) {
      life::ask_end(store_, sandbox.id, std::chrono::milliseconds(0), "asked");
      throw;
    }
  }

  /// The supervisor could not write its entry, and has nobody to tell.
  void warn_once() {
    if (!std::exchange(warned_, true)) cli::warn("cannot write the log; what happens is not logged");
  }

  const Options& options_;
  store::Store store_;
  config::Config config_;
  audit::Log log_;
  bool warned_ = false;
  std::vector<std::string> keys_;  // of SSH
  std::vector<Fd> channels_;
};

/// The image that a record speaks of: itself or the nearest in its chain.
std::string image_of(const Json& record) {
  return record::required(record, record::Image::kSchema, "image", "pipe the output of sandbox-build into this")
      .get<record::Image>()
      .digest;
}

int launch_from_stdin(Launcher& launcher, const Options& options) {
  const cli::Answering how{"no image is named and stdin is a terminal",
                           "sandbox-launch IMAGE, or pipe records into it", options.output};
  return cli::answer_records(how, [&](const Json& record) {
    if (record::is_failure(record)) return cli::pass_on(record);
    return life::logged_answer(launcher.log(), options.output, [&] {
      launcher.launch(image_of(record), record::as_from(record));
      return 0;
    });
  });
}

}  // namespace

int launch_all(const Options& options) {
  if (options.ssh_key && !options.request.ssh) throw Error(ExitCode::input, "--ssh-key without --ssh");
  if (options.ready_timeout && !options.wait_ready) throw Error(ExitCode::input, "--ready-timeout without --wait-ready");
  Launcher launcher(options);
  return audit::logged(launcher.log(), [&] {
    int code = 0;
    if (options.image) launcher.launch(*options.image, nullptr);
    else code = launch_from_stdin(launcher, options);
    launcher.wait();
    return code;
  });
}

}  // namespace sandbox::tool
