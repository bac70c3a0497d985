#include "life/agent_link.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/text.hpp"

namespace sandbox::life {

namespace {

bool send_frame(int socket, std::string_view bytes, int descriptor, int flags) {
  const std::span<const int> along(&descriptor, descriptor >= 0 ? 1 : 0);
  return send_passing(socket, bytes, along, flags) == static_cast<ssize_t>(bytes.size());
}

}  // namespace

void AgentLink::set_up(const Setup& setup, int cgroup) {
  std::size_t size = 4096 + setup.directory.size() + setup.user.size();
  for (const auto& [name, value] : setup.env) size += name.size() + value.size() + 16;
  std::vector<char> buffer(size);
  wire::FieldWriter frame(buffer, wire::Kind::setup);
  for (const auto& [name, value] : setup.env) frame.add(wire::Tag::environment, name + "=" + value);
  frame.add(wire::Tag::directory, setup.directory).add(wire::Tag::user, setup.user);
  // One datagram: the socket's buffer bounds it, and the environment with it.
  if (!send_frame(control_, frame.bytes(), cgroup, 0))
    throw Error(errno == EMSGSIZE ? ExitCode::input : ExitCode::failed,
                fmt::format("cannot give the agent its setup: {}", error_text(errno)),
                errno == EMSGSIZE ? "the environment is too large: at most about 200 KiB" : "");
}

void AgentLink::await_ready(std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::optional<News> news;
  do {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{control_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0))) <= 0) throw Error(ExitCode::failed, "the agent does not answer");
    news = next();
    // One that has been at work in another machine may have a word to say of that first.
  } while (news && (news->kind == wire::Kind::activity || news->kind == wire::Kind::gauge));
  if (news && news->kind == wire::Kind::fallen) throw Error(ExitCode::failed, fmt::format("the virtual machine did not start: {}", visible(news->text)));
  if (!news || news->kind != wire::Kind::ready) throw Error(ExitCode::failed, "the agent died at its start");
}

bool AgentLink::hand_over(const Fd& client) {
  char buffer[sizeof(wire::Header)];
  wire::FieldWriter frame(buffer, wire::Kind::client);
  return send_frame(control_, frame.bytes(), client.get(), MSG_DONTWAIT);
}

void AgentLink::serve(const std::vector<std::string>& argv, const Fd& listener) {
  char buffer[1024];
  wire::FieldWriter frame(buffer, wire::Kind::serve);
  for (const std::string& argument : argv) frame.add(wire::Tag::argument, argument);
  if (!send_frame(control_, frame.bytes(), listener.get(), 0)) throw_system_error("cannot give the agent a listening socket");
}

void AgentLink::dial(std::uint16_t port, const Fd& listener) {
  char buffer[sizeof(wire::Header) + 16];
  wire::FieldWriter frame(buffer, wire::Kind::dial);
  frame.add_value(wire::Tag::port, std::uint64_t{port});
  if (!send_frame(control_, frame.bytes(), listener.get(), MSG_DONTWAIT)) throw_system_error("cannot lead a port into the machine");
}

Fd AgentLink::connect() {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  char buffer[sizeof(wire::Header) + 16];
  wire::FieldWriter frame(buffer, wire::Kind::client);
  frame.add(wire::Tag::own);
  if (!send_frame(control_, frame.bytes(), theirs.get(), MSG_DONTWAIT))
    throw Error(ExitCode::failed, "the agent takes no more connections just now");
  return std::move(ours);
}

void AgentLink::terminate_commands() {
  char buffer[sizeof(wire::Header)];
  wire::FieldWriter frame(buffer, wire::Kind::terminate);
  send_frame(control_, frame.bytes(), -1, MSG_DONTWAIT);  // a deaf agent is killed after the grace anyway
}

std::optional<AgentLink::News> AgentLink::next() {
  char buffer[8192];
  const ssize_t n = ::recv(control_, buffer, sizeof buffer, MSG_DONTWAIT);
  wire::Header header;
  if (n < static_cast<ssize_t>(sizeof header)) return std::nullopt;
  std::memcpy(&header, buffer, sizeof header);
  if (header.length != static_cast<std::size_t>(n) - sizeof header) return std::nullopt;
  News news{header.kind, 0, {}, {}};
  const std::string_view payload(buffer + sizeof header, header.length);
  if (news.kind == wire::Kind::fallen) {
    news.text = payload;
    return news;
  }
  if (news.kind == wire::Kind::gauge) {
    if (payload.size() != sizeof news.gauge) return std::nullopt;
    std::memcpy(&news.gauge, payload.data(), sizeof news.gauge);
    return news;
  }
  wire::FieldReader fields(payload);
  for (wire::Field field; fields.next(field);)
    if (field.tag == wire::Tag::number) field.as(news.number);
  return news;
}

}  // namespace sandbox::life
