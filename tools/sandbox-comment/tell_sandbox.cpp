// sandbox.sandbox/1: how to reach it, and until when.
#include <fmt/format.h>

#include <algorithm>

#include "forge/address.hpp"
#include "forge/markdown.hpp"
#include "record/sandbox.hpp"
#include "section.hpp"

namespace sandbox::tool {

namespace {

bool is_ssh(const record::Port& port) { return port.url.starts_with("ssh://"); }

/// What may stand in somebody's ssh_config(5): a line's end or a blank would be another option.
bool is_plain(std::string_view text) {
  return !text.empty() && text.front() != '-' && text.size() < 256 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == ':';
  });
}

/// As a port's URL names it: "ssh://HOST:PORT".
std::string host_of(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("//") == url.npos ? 0 : url.find("//") + 2));
  url = url.substr(0, url.rfind(':'));
  return std::string(url.starts_with('[') && url.ends_with(']') ? url.substr(1, url.size() - 2) : url);
}

std::string user_of(const record::Sandbox& sandbox) {
  const std::string user = sandbox.user.substr(0, sandbox.user.find(':'));
  return is_plain(user) && user.find_first_not_of("0123456789") != user.npos ? user : "root";
}

std::string ssh_block(const record::Sandbox& sandbox, const record::Port& port) {
  const std::string host = host_of(port.url);
  if (!is_plain(host) || !is_plain(sandbox.id)) return "";
  return fmt::format("Host {0}\n  HostName {1}\n  Port {2}\n  User {3}\n  HostKeyAlias {0}\n  ForwardAgent no\n", sandbox.id, host, port.host_port,
                     user_of(sandbox));
}

/// The link opens the editor where the forge lets it through; the command does the same.
std::string editor(const record::Sandbox& sandbox) {
  std::string path;
  for (const char c : sandbox.workdir) path += c == '/' ? "/" : forge::segment(std::string(1, c));
  return fmt::format("- editor, with the SSH block: [VS Code](<vscode://vscode-remote/ssh-remote+{}{}>) or {}\n", sandbox.id, path,
                     forge::code(fmt::format("code --remote ssh-remote+{} {}", sandbox.id, sandbox.workdir)));
}

std::string ways_in(const record::Sandbox& sandbox) {
  std::string list, block;
  for (const record::Port& port : sandbox.ports)
    if (is_ssh(port)) block += ssh_block(sandbox, port);
    else list += fmt::format("- web: {}, port {} inside\n", forge::hyperlink(port.url), port.port);
  if (is_plain(sandbox.id)) list += fmt::format("- on its host: {}\n", forge::code(fmt::format("sandbox-exec -t {} -- sh", sandbox.id)));
  if (block.empty()) return list;
  return list + editor(sandbox) +
         fmt::format("- SSH, with a key that was let in; {} on its host gives the block with the host key\n\n{}",
                     forge::code("sandbox-list --ssh-config " + sandbox.id), forge::fence(block, {}));
}

std::string absent_walls(const record::Sandbox& sandbox) {
  std::string names;
  for (const record::Wall& wall : sandbox.walls)
    if (!wall.up && wall.name != "kernel") names += (names.empty() ? " " : ", ") + forge::code(wall.name, 40);
  return names.empty() ? "" : fmt::format("- absent walls:{}\n", names);
}

/// 2026-11-20T14:00:01.000Z as people write it, when it is one.
std::string moment(const std::string& time) {
  const bool known = time.size() == 24 && time[10] == 'T' && time.back() == 'Z' && time.find_first_not_of("0123456789-:.TZ") == time.npos;
  return known ? fmt::format("{} {} UTC", time.substr(0, 10), time.substr(11, 5)) : forge::code(time, 40);
}

}  // namespace

Sections tell_sandbox(const Json& record, const Setting& setting) {
  const auto sandbox = record.get<record::Sandbox>();
  const bool ended = sandbox.ended || setting.ended.contains(sandbox.id);
  const std::string name = forge::code(sandbox.id) + (sandbox.name ? " " + forge::code(*sandbox.name) : "") + ", of " + forge::code(sandbox.image);
  Section section{"sandbox", 10, 90, "", {ended ? "sandbox, ended" : "sandbox", {sandbox.id}}};
  if (ended) {
    section.text = fmt::format("**Sandbox** {}: ended\n", name);
    return {section};
  }
  for (const record::Port& port : sandbox.ports)
    if (!is_ssh(port)) section.brief.quotes.push_back(port.url);
  section.text = fmt::format("**Sandbox** {}, {}\n\n{}", name, sandbox.expires ? "until " + moment(*sandbox.expires) : "without an end",
                             absent_walls(sandbox) + ways_in(sandbox));
  return {section};
}

}  // namespace sandbox::tool
