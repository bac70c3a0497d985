#include "life/door_keeper.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "doors/sockets.hpp"

namespace sandbox::life {

namespace {

/// Below the ids of all sandboxes, one for each place: doormen cannot signal each other.
constexpr std::uint32_t kFirstDoorman = 0x6FFF0000;
constexpr timeval kPatience{10, 0};

}  // namespace

DoorKeeper DoorKeeper::start(int place) {
  auto [ours, theirs] = socket_pair(SOCK_SEQPACKET);
  if (::setsockopt(ours.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) < 0)
    throw_system_error("cannot limit the time of an answer");
  // Neither side waits for the other: what does not fit is counted and not told.
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) throw_system_error("cannot make a pipe");
  Fd refusals(ends[0]);
  const Fd told(ends[1]);
  Command command;
  command.program = libexec_directory() / "sandbox-doorman";
  command.arguments = {"sandbox-doorman"};
  command.descriptors = {{theirs.get(), 3}, {told.get(), 4}};
  return {Child::spawn(command), std::move(ours), std::move(refusals), place};
}

void DoorKeeper::open(const Fd& process, doors::Orders orders) {
  orders_ = std::move(orders);
  if (::geteuid() == 0) orders_.user = kFirstDoorman + static_cast<std::uint32_t>(place_);
  auto [names, sockets] = doors::make_sockets(process, orders_.rules.ports(), doors::Ground::bare);
  orders_.sockets = std::move(names);
  command(sockets);
}

void DoorKeeper::change(const Fd& process, doors::Rules rules) {
  std::vector<std::uint16_t> fresh;
  std::ranges::set_difference(rules.ports(), orders_.rules.ports(), std::back_inserter(fresh));
  auto [names, sockets] = doors::make_sockets(process, fresh, doors::Ground::prepared);
  orders_.rules = std::move(rules);
  orders_.sockets = std::move(names);
  command(sockets);
}

std::optional<doors::Report> DoorKeeper::close() {
  // What it still hears from us is the end; we still hear it.
  if (::shutdown(control_.get(), SHUT_WR) < 0) return std::nullopt;
  return doors::receive_report(control_);
}

void DoorKeeper::command(const std::vector<Fd>& sockets) {
  doors::send_orders(control_, orders_, sockets);
  char answer[1024];
  const ssize_t n = ::recv(control_.get(), answer, sizeof answer, 0);
  const std::string_view text(answer, n > 0 ? static_cast<std::size_t>(n) : 0);
  if (text != "done") throw Error(ExitCode::host, text.empty() ? "the doorman does not answer" : std::string(text));
}

}  // namespace sandbox::life
