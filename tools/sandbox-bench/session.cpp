#include "session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/sandbox.hpp"

namespace sandbox::tool {

namespace {

/// The guard's is the first net; this is the one below it.
constexpr const char* kTtl = "1h";

bool has_ttl(const std::vector<std::string>& words) {
  return std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("--ttl"); });
}

}  // namespace

bool Session::wants(std::string_view name) const { return options.only.empty() || std::ranges::find(options.only, name) != options.only.end(); }

void Session::in_rounds(std::string_view name, const std::function<void(Counted)>& round) const {
  const std::uint64_t all = options.warmup + options.runs;
  progress.stage(std::string(name));
  for (std::uint64_t i = 0; i < all; ++i) {
    progress.note(fmt::format("{}/{}", i + 1, all));
    round(i < options.warmup ? Counted::no : Counted::yes);
  }
  progress.done();
}

std::vector<std::string> Session::launch_words(std::vector<std::string> first) const {
  first.insert(first.end(), options.launch.begin(), options.launch.end());
  first.push_back(image.digest);
  return first;
}

Launched launch(const Session& session) {
  std::vector<std::string> first = {"--json", "--label=" + session.guard.label()};
  if (!has_ttl(session.options.launch)) first.push_back(std::string("--ttl=") + kTtl);
  Launched launched{finish({"sandbox-launch", session.launch_words(first), Sibling::Stdout::kept, session.guard.held()}), {}, {}, {}};
  if (!launched.ran.is_good()) return launched;
  const auto sandbox = record::parse(launched.ran.out, "the record of sandbox-launch").get<record::Sandbox>();
  launched.id = sandbox.id;
  launched.engine = sandbox.engine;
  if (sandbox.machine) launched.processor = sandbox.machine->processor;
  return launched;
}

}  // namespace sandbox::tool
