#include "cli/tool_main.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "base/denied.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/options.hpp"
#include "cli/warn.hpp"
#include "record/failure.hpp"
#include "record/stream.hpp"

namespace sandbox::cli {

namespace {

int status_fd = -1;
bool status_is_the_commands = false;

/// A closed 0, 1 or 2 would be taken by the first file we open, and records would end up in
/// it. The stand-in faces the wrong way, so that using it still fails as a closed one would.
void occupy_standard_descriptors() {
  for (const int flags : {O_WRONLY, O_RDONLY, O_RDONLY})
    if (const int wanted = flags == O_WRONLY ? 0 : (::fcntl(1, F_GETFD) < 0 ? 1 : 2);
        ::fcntl(wanted, F_GETFD) < 0)
      (void)::open("/dev/null", flags);  // takes the lowest free number: `wanted`
}

void say(const std::string& text) noexcept {
  // stderr may be closed or full: there is nobody left to tell.
  [[maybe_unused]] const ssize_t n = ::write(2, text.data(), text.size());
}

void report(const char* tool, const Error& error) noexcept {
  try {
    std::string text;
    for (const std::string_view line : split(error.output(), '\n'))
      if (!error.output().empty()) text += fmt::format("  {}\n", visible(line));
    text += fmt::format("{}: {}\n", tool, visible(error.what()));
    if (!error.hint().empty()) text += fmt::format("{}: hint: {}\n", tool, visible(error.hint()));
    say(text);
    if (status_fd >= 0)
      record::write(status_fd, record::Failure::of(error, tool, nullptr), "--status-fd");
  } catch (const std::exception&) {
    say("cannot report an error\n");
  }
}

/// Answered before any option is read: fast, and whatever else is wrong. Only as the first
/// word: what follows another one may be its own (`sandbox list --version`).
bool asks_for_version(int argc, char** argv) { return argc > 1 && std::string_view(argv[1]) == "--version"; }

int exit_status(ExitCode code) {
  const bool passes = code == ExitCode::timeout || code == ExitCode::cannot_exec || code == ExitCode::not_found;
  return static_cast<int>(status_is_the_commands && !passes ? ExitCode::failed : code);
}

}  // namespace

int tell(const char* tool, const Error& error) {
  report(tool, error);
  return exit_status(error.code());
}

void pass_status_through() { status_is_the_commands = true; }

void set_status_fd(int fd) { status_fd = fd; }

int tool_main(const char* name, int argc, char** argv, int (*body)(int, char**)) {
  set_tool_name(name);
  occupy_standard_descriptors();
  ::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(2), reported like any other
  try {
    if (asks_for_version(argc, argv)) {
      write_all(1, fmt::format("{} {}\n", name, SANDBOX_VERSION), "stdout");
      return 0;
    }
    return body(argc, argv);
  } catch (const Answered& answered) {
    return answered.code;
  } catch (const Error& error) {
    return tell(name, error);
  } catch (const std::system_error& error) {  // of std::filesystem
    return tell(name, Error(code_of(error.code().value()), error.what()));
  } catch (const std::bad_alloc&) {
    report(name, Error(ExitCode::failed, "out of memory"));
  } catch (const std::exception& error) {
    report(name, Error(ExitCode::failed, error.what()));
  }
  return static_cast<int>(ExitCode::failed);
}

}  // namespace sandbox::cli
