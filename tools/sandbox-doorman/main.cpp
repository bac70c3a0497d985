// sandbox-doorman holds the sockets of one sandbox's doors. Only supervisors start it:
// descriptor 3 is theirs, 4 the log of refusals and accesses, 5 where sockets
// come from that connect inside. It reads what it needs of the host, gives up
// every power, and only then looks at a byte from inside.
#include <signal.h>
#include <sys/socket.h>

#include "base/error.hpp"
#include "doorman.hpp"
#include "isolate/socket_filter.hpp"

namespace {

constexpr int kControl = 3, kLog = 4, kSupply = 5;

void answer(const sandbox::Fd& control, std::string_view text) {
  // Nobody there any more: then the next look at the descriptor ends us.
  (void)::send(control.get(), text.data(), text.size(), MSG_NOSIGNAL);
}

int serve() {
  using namespace sandbox;
  Fd control = duplicate(kControl), log = duplicate(kLog), supplies = duplicate(kSupply);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    auto orders = doors::receive_orders(control);
    if (!orders) return 0;
    doorman::Loop loop;
    doorman::Resolver resolver(loop, orders->first.resolvers);
    doorman::Accesses accesses(duplicate(log.get()));
    doorman::Refusals refusals(std::move(log));
    doorman::Supply supply(loop, std::move(supplies));
    isolate::give_up_all_but_sockets(orders->first.user);
    const Fd& supervisor = control;
    doorman::Doorman doorman({loop, resolver, refusals, accesses, supply}, duplicate(control));
    doorman.follow(std::move(orders->first), std::move(orders->second));
    answer(supervisor, "done");
    loop.run();
  } catch (const Error& error) {
    answer(control, error.what());
    return static_cast<int>(error.code());
  }
  return 0;
}

}  // namespace

int main() {
  try {
    return serve();
  } catch (const std::exception&) {
    // Nobody reads our stderr. Dying here shuts the doors.
    return static_cast<int>(sandbox::ExitCode::failed);
  }
}
