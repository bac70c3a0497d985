#include "patch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/child.hpp"
#include "base/error.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kLooked = 8000;  // as git
constexpr std::size_t kMaxPatch = std::size_t{64} << 20;
constexpr std::chrono::seconds kPatience{20};

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("._/-+,=@%~").find(c) != std::string_view::npos;
}

Path diff_program() {
  for (const char* path : {"/usr/bin/diff", "/bin/diff"})
    if (::access(path, X_OK) == 0) return path;
  throw Error(HostCheck::programs, "'diff' is not installed", "apt-get install diffutils");
}

/// What diff writes, but for the two lines that name the files. Nothing when it took too long.
std::optional<std::string> hunks(const Path& before, const Path& after, const Path& output) {
  const Fd sink = checked_fd(::open(output.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), "cannot make", output.native());
  Command command;
  command.program = diff_program();
  command.arguments = {"diff", "-a", "-u", "--speed-large-files", "--label", "a", "--label", "b", "--", before.native(), after.native()};
  command.environment = {"LC_ALL=C"};
  command.descriptors = {{sink.get(), 1}};
  Child child = Child::spawn(command);
  const auto ending = child.wait_until(std::chrono::steady_clock::now() + kPatience);
  if (!ending) return std::nullopt;
  if (shell_code(*ending) > 1) throw Error(ExitCode::failed, fmt::format("diff ended with {}", shell_code(*ending)));
  if (::lseek(sink.get(), 0, SEEK_SET) < 0) throw_system_error("cannot read", output.native());
  const std::string text = read_all(sink.get(), kMaxPatch, "the patch");
  const std::size_t first = text.find('\n'), second = first == text.npos ? first : text.find('\n', first + 1);
  return second == text.npos ? "" : text.substr(second + 1);
}

std::string named(char side, const std::string& path) { return quoted_name(std::string(1, side) + "/" + path); }

std::string head_of(const std::string& path, const std::optional<Version>& before, const std::optional<Version>& after) {
  std::string head = fmt::format("diff --git {} {}\n", named('a', path), named('b', path));
  if (!before) head += fmt::format("new file mode {:06o}\n", after->mode);
  else if (!after) head += fmt::format("deleted file mode {:06o}\n", before->mode);
  else if (before->mode != after->mode) head += fmt::format("old mode {:06o}\nnew mode {:06o}\n", before->mode, after->mode);
  return head;
}

}  // namespace

std::string quoted_name(const std::string& path) {
  if (std::ranges::all_of(path, is_plain)) return path;
  std::string quoted = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\') quoted += fmt::format("\\{}", c);
    else if (is_plain(c) || (c > ' ' && c < 0x7f) || c == ' ') quoted += c;
    else quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return quoted + "\"";
}

bool is_text(const Path& content) {
  const Fd file = checked_fd(::open(content.c_str(), O_RDONLY | O_CLOEXEC), "cannot read", content.native());
  char beginning[kLooked];
  const std::size_t size = read_some(file.get(), beginning, sizeof beginning, content.native());
  return std::string_view(beginning, size).find('\0') == std::string_view::npos;
}

std::optional<std::string> git_patch(const std::string& path, const std::optional<Version>& before, const std::optional<Version>& after) {
  const Path nothing = "/dev/null";
  const Path& content = after ? after->content : before->content;
  const auto text = hunks(before ? before->content : nothing, after ? after->content : nothing, content.native() + ".diff");
  if (!text) return std::nullopt;
  const bool same_mode = before && after && before->mode == after->mode;
  if (text->empty() && same_mode) return "";
  std::string patch = head_of(path, before, after);
  if (!text->empty())
    patch += fmt::format("--- {}\n+++ {}\n", before ? named('a', path) : "/dev/null", after ? named('b', path) : "/dev/null");
  return patch + *text;
}

}  // namespace sandbox::tool
