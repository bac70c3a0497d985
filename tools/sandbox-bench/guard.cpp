#include "guard.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

constexpr const char* kLabel = "sandbox-bench";

/// read(1) of a pipe that nobody writes to ends when nobody holds its other end any more.
constexpr const char* kScript = R"(while read -r nothing; do :; done
rm -rf -- "$2"
exec "$0" --quiet --grace 0 --label "$1")";

Path make_folder() {
  std::string folder = (std::filesystem::temp_directory_path() / "sandbox-bench-XXXXXX").native();
  if (!::mkdtemp(folder.data())) throw_system_error("cannot make a folder", folder);
  return folder;
}

Child start(const Fd& reading, const std::string& label, const Path& folder) {
  const Path reap = program_directory() / "sandbox-reap";
  Command command{"/bin/sh", {"sh", "-c", kScript, reap, label, folder}, {}, {{reading.get(), 0}, {2, 2}}};
  for (char** variable = environ; *variable; ++variable) command.environment.emplace_back(*variable);
  // A terminal's Ctrl-C, and whoever kills our group, must not meet it.
  command.new_session = true;
  return Child::spawn(command);
}

}  // namespace

Guard::Guard() : label_(fmt::format("{}={}", kLabel, store::new_sandbox_id())), folder_(make_folder()) {
  auto [reading, writing] = make_pipe();
  ours_ = std::move(writing);
  process_.emplace(start(reading, label_, folder_));
}

Guard::~Guard() {
  try {
    finish();
  } catch (const Error&) {
    // Something else failed before, and is what is told; sandbox-reap finds what is left.
  }
}

void Guard::finish() {
  ours_.close();
  if (!process_) return;
  const int code = shell_code(std::move(*process_).wait());
  process_.reset();
  if (code != 0) throw Error(ExitCode::failed, fmt::format("sandboxes may be left: sandbox-reap ended with {}", code), fmt::format("sandbox-reap --label {}", label_));
}

}  // namespace sandbox::tool
