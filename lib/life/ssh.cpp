#include "life/ssh.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/text.hpp"
#include "doors/places.hpp"
#include "life/ask.hpp"
#include "life/execute.hpp"
#include "life/ssh_keys.hpp"
#include "life/transfer.hpp"
#include "record/fields.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::life {

namespace {

constexpr const char* kSshd = "/usr/sbin/sshd";
constexpr const char* kInside = "/run/sandbox-ssh";
constexpr std::size_t kMostKeys = 64, kMaxKept = 1 << 20, kMaxEnvironment = 64 << 10;

/// Inside, as root. Its configuration is ours alone: the image's own is not looked at.
constexpr std::string_view kConfiguration =
    "HostKey /run/sandbox-ssh/host_key\n"
    "AuthorizedKeysFile /run/sandbox-ssh/authorized_keys\n"
    "AuthenticationMethods publickey\n"
    "PermitRootLogin prohibit-password\n"
    "PasswordAuthentication no\n"
    "KbdInteractiveAuthentication no\n"
    "UsePAM no\n"
    "AllowTcpForwarding local\n"
    "AllowStreamLocalForwarding local\n"
    "GatewayPorts no\n"
    "AllowAgentForwarding no\n"
    "X11Forwarding no\n"
    "PermitTunnel no\n"
    "PermitUserRC no\n"
    "PrintMotd no\n"
    "LogLevel ERROR\n"
    "PidFile none\n"
    "Subsystem sftp internal-sftp\n";

constexpr const char* kMakeKey =
    "set -e\n"
    "umask 022\n"
    "mkdir -p /run/sshd /run/sandbox-ssh\n"
    "rm -f /run/sandbox-ssh/host_key /run/sandbox-ssh/host_key.pub\n"
    "ssh-keygen -q -t ed25519 -N '' -C sandbox -f /run/sandbox-ssh/host_key\n"
    "cat /run/sandbox-ssh/host_key.pub\n";

record::CommandOutcome run_inside(const store::Store& store, const std::string& id, std::vector<std::string> argv) {
  Request request;
  request.argv = std::move(argv);
  request.user = "root";
  request.cwd = "/";
  request.timeout = std::chrono::seconds(30);
  return capture({connect_to(store, id), {}, {}}, request, {});
}

/// With one id, sshd cannot give up its privileges before somebody has shown a key.
void check_ids(const record::Sandbox& sandbox) {
  for (const record::Wall& wall : sandbox.walls)
    if (wall.name == "user" && wall.by.find("range") == wall.by.npos)
      throw Error(HostCheck::subuid, fmt::format("SSH into '{}' needs a range of ids, and it has a single one", sandbox.id),
                  "launch it with --ids range");
}

std::string make_host_key(const store::Store& store, const record::Sandbox& sandbox) {
  if (!run_inside(store, sandbox.id, {kSshd, "-V"}).err.bytes)
    throw Error(ExitCode::input, fmt::format("the image '{}' has no {}", visible(sandbox.image), kSshd),
                "add openssh-server to the packages of its recipe");
  const record::CommandOutcome made = run_inside(store, sandbox.id, {"/bin/sh", "-c", kMakeKey});
  const auto key = public_key(std::string_view(made.out.kept).substr(0, made.out.kept.find('\n')));
  if (!made.verdict.succeeded() || !key || !key->starts_with("ssh-ed25519 "))
    throw Error(ExitCode::input, fmt::format("no host key could be made in '{}'", sandbox.id),
                "its image needs ssh-keygen (openssh-client) and room to write in /run", made.err.kept);
  return *key;
}

/// Commands of sandbox-exec have it from the agent; a session of sshd begins with nothing.
std::string environment_of(const store::Store& store, const std::string& id) {
  constexpr std::string_view kOfASession[] = {"HOME", "USER", "LOGNAME", "SHELL", "PWD", "OLDPWD", "SHLVL", "TERM", "_"};
  const std::string all = run_inside(store, id, {"env", "-0"}).out.kept;
  std::string line = "SetEnv";
  for (const std::string_view pair : split(all, '\0')) {
    const std::string_view name = pair.substr(0, pair.find('='));
    const bool plain = !name.empty() && pair.size() > name.size() && std::ranges::none_of(pair, [](char c) { return c == '\n' || c == '\r'; }) &&
                       name.find_first_of(" \"'\\#*") == name.npos;
    if (!plain || std::ranges::find(kOfASession, name) != std::end(kOfASession)) continue;
    std::string quoted;
    for (const char c : pair) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    if (line.size() + quoted.size() < kMaxEnvironment) line += fmt::format(" \"{}\"", quoted);
  }
  return line == "SetEnv" ? "" : line + "\n";
}

/// A word of a ProxyCommand: % is ssh's own.
std::string proxy_word(const std::string& text) {
  std::string word;
  for (const char c : shell_word(text)) word += c == '%' ? "%%" : std::string{c};
  return word;
}

/// sandbox-exec as whoever reads the block will find it: beside us, and in this store.
std::string proxy_command(const std::string& id) {
  std::error_code error;
  const Path own = std::filesystem::read_symlink("/proc/self/exe", error);
  std::string command;
  for (const char* name : {"SANDBOX_STORE", "SANDBOX_CONFIG"})
    if (const char* value = std::getenv(name)) command += fmt::format(" {}={}", name, proxy_word(std::filesystem::absolute(value).native()));
  if (!command.empty()) command = "env" + command + " ";
  return command + fmt::format("{} -i --user root --cwd / {} -- {}", proxy_word(own.parent_path() / "sandbox-exec"), id, fmt::join(sshd_command(), " "));
}

/// As the port's URL names it: "ssh://HOST:PORT".
std::string host_of(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("//") + 2));
  url = url.substr(0, url.rfind(':'));
  return std::string(url.starts_with('[') && url.ends_with(']') ? url.substr(1, url.size() - 2) : url);
}

/// By name; sshd knows no numbers. An image's user is its author's word: one that is no plain name
/// could add lines to the configuration of whoever takes the block.
std::string login_of(const record::Sandbox& sandbox) {
  const std::string user = sandbox.user.substr(0, sandbox.user.find(':'));
  const bool plain = std::ranges::all_of(user, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
  const bool number = user.find_first_not_of("0123456789") == user.npos;
  return user.empty() || number || !plain || user.front() == '-' ? "root" : user;
}

}  // namespace

std::string ssh_folder() { return kInside; }

std::vector<std::string> sshd_command() { return {kSshd, "-i", "-f", std::string(kInside) + "/config"}; }

std::string prepare_ssh(const store::Store& store, const record::Sandbox& sandbox, const std::vector<std::string>& keys) {
  check_ids(sandbox);
  const Path directory = store::sandbox_directory(store, sandbox.id), kept = directory / "ssh.json";
  const Fd lock = lock_file(directory / "ssh.lock");
  std::vector<std::string> all = keys;
  std::string host_key;
  if (const auto text = read_file_if_exists(kept, kMaxKept)) {
    const Json before = record::parse(*text, kept.native());
    host_key = record::field<std::string>(before, "host_key");
    for (std::string& key : record::field<std::vector<std::string>>(before, "keys")) all.push_back(std::move(key));
  } else {
    host_key = make_host_key(store, sandbox);
    put_bytes(connect_to(store, sandbox.id), std::string(kConfiguration) + environment_of(store, sandbox.id),
              fmt::format("{}/config", kInside), 0600, "root");
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > kMostKeys) throw Error(ExitCode::input, fmt::format("more than {} public keys", kMostKeys), "--ssh-key FILE takes one");
  put_bytes(connect_to(store, sandbox.id), fmt::format("{}\n", fmt::join(all, "\n")), fmt::format("{}/authorized_keys", kInside), 0644, "root");
  replace_file(kept, record::dump(Json{{"host_key", host_key}, {"keys", all}}) + "\n");
  return host_key;
}

std::string ssh_config(const record::Sandbox& sandbox, const std::string& host_key) {
  const std::string names = sandbox.id + (sandbox.name ? " " + *sandbox.name : "");
  // Nothing of this is learnt on the way: a wrong host key is refused the first time, too.
  const std::string pinned = fmt::format(
      "  HostKeyAlias {0}\n"
      "  User {1}\n"
      "  KnownHostsCommand /bin/echo {0} {2}\n"
      "  UserKnownHostsFile none\n"
      "  GlobalKnownHostsFile none\n"
      "  StrictHostKeyChecking yes\n"
      "  CheckHostIP no\n"
      "  PasswordAuthentication no\n"
      "  ForwardAgent no\n"
      "  ForwardX11 no\n",
      sandbox.id, login_of(sandbox), host_key);
  std::string blocks;
  for (const record::Port& port : sandbox.ports)
    if (port.port == doors::kSshPort) {
      const std::string host = host_of(port.url);
      blocks += fmt::format("Host {0}.{1}\n  HostName {1}\n  Port {2}\n{3}", sandbox.id, host, port.host_port, pinned);
    }
  return blocks.insert(0, fmt::format("Host {}\n  ProxyCommand {}\n{}", names, proxy_command(sandbox.id), pinned));
}

}  // namespace sandbox::life
