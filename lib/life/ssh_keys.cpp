#include "life/ssh_keys.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxFile = 64 << 10, kMaxAnswer = 256 << 10;
constexpr unsigned char kAskForIdentities = 11, kIdentities = 12;  // draft-ietf-sshm-ssh-agent
constexpr timeval kPatience{5, 0};

void add_lines(std::vector<std::string>& keys, std::string_view text) {
  for (const std::string_view line : split(text, '\n'))
    if (auto key = public_key(line)) keys.push_back(std::move(*key));
}

/// A string with its length in front; nothing when there is less.
std::optional<std::string_view> take_string(std::string_view& rest) {
  std::uint32_t length = 0;
  if (rest.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, rest.data(), sizeof length);
  length = ntohl(length);
  rest.remove_prefix(sizeof length);
  if (rest.size() < length) return std::nullopt;
  const std::string_view string = rest.substr(0, length);
  rest.remove_prefix(length);
  return string;
}

std::string ask_agent(const char* path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (std::strlen(path) >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, path, std::strlen(path));
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) ::setsockopt(socket.get(), SOL_SOCKET, option, &kPatience, sizeof kPatience);
  constexpr unsigned char kQuestion[] = {0, 0, 0, 1, kAskForIdentities};
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
      ::send(socket.get(), kQuestion, sizeof kQuestion, MSG_NOSIGNAL) != sizeof kQuestion)
    return {};
  std::string answer;
  for (char bytes[4096]; answer.size() < kMaxAnswer;) {
    const ssize_t n = ::recv(socket.get(), bytes, sizeof bytes, 0);
    if (n <= 0) return {};
    answer.append(bytes, static_cast<std::size_t>(n));
    std::string_view rest = answer;
    if (const auto whole = take_string(rest)) return std::string(*whole);
  }
  return {};
}

/// An agent that does not answer has no keys.
void add_agents(std::vector<std::string>& keys) {
  const char* path = std::getenv("SSH_AUTH_SOCK");
  if (!path || !*path) return;
  const std::string answer = ask_agent(path);
  if (answer.size() < 5 || static_cast<unsigned char>(answer[0]) != kIdentities) return;
  std::string_view rest = std::string_view(answer).substr(5);
  while (const auto blob = take_string(rest)) {
    std::string_view inside = *blob;
    const auto type = take_string(inside);
    if (type) add_lines(keys, fmt::format("{} {}", *type, base64(*blob)));
    if (!take_string(rest)) break;
  }
}

void add_files(std::vector<std::string>& keys) {
  const char* home = std::getenv("HOME");
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(Path(home ? home : "/nonexistent") / ".ssh", error))
    if (entry.path().extension() == ".pub" && entry.is_regular_file(error)) add_lines(keys, read_file(entry.path(), kMaxFile));
}

}  // namespace

std::optional<std::string> public_key(std::string_view line) {
  const std::vector<std::string_view> parts = split(line, ' ');
  const auto only = [](std::string_view text, std::string_view more) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || more.find(c) != more.npos;
    });
  };
  if (parts.size() < 2 || !only(parts[0], "-@.") || parts[1].size() < 16) return std::nullopt;
  std::string_view blob = parts[1];
  while (!blob.empty() && (blob.back() == '\r' || blob.back() == '\t')) blob.remove_suffix(1);
  if (!only(blob, "+/=")) return std::nullopt;
  return fmt::format("{} {}", parts[0], blob);
}

std::vector<std::string> callers_keys(const std::optional<Path>& file) {
  std::vector<std::string> keys;
  if (file) {
    add_lines(keys, read_file(*file, kMaxFile));
    if (keys.empty()) throw Error(ExitCode::input, fmt::format("--ssh-key '{}' has no public key", visible(file->native())), "name the file that ends in .pub");
    return keys;
  }
  add_agents(keys);
  add_files(keys);
  std::ranges::sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  if (keys.empty()) throw Error(ExitCode::input, "no public key of yours: none in ~/.ssh, and no agent has one", "ssh-keygen -t ed25519, or --ssh-key FILE");
  return keys;
}

}  // namespace sandbox::life
