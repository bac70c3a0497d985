#include "keeper.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/passing.hpp"
#include "engine/container/container.hpp"
#include "engine/vm/disk.hpp"
#include "engine/vm/saved.hpp"
#include "engine/vm/walls.hpp"
#include "life/message.hpp"
#include "life/process.hpp"
#include "life/templates.hpp"
#include "life/visitors.hpp"
#include "record/failure.hpp"

namespace sandbox::tool {

namespace {

/// Above the places of sandboxes and builds: templates share a range of ids, and their pid
/// namespaces keep them apart.
constexpr int kPlace = 21'500;

Fd catch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0) throw_system_error("cannot block signals");
  return checked_fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), "cannot catch signals");
}

Fd listen_at(const Path& path) {
  const Fd folder = checked_fd(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", path.parent_path().native());
  Fd socket = checked_fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "cannot make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.filename().native());
  if (name.size() >= sizeof address.sun_path) throw Error(ExitCode::failed, "the name of the template's socket is too long");
  std::copy(name.begin(), name.end(), address.sun_path);
  ::unlinkat(folder.get(), path.filename().c_str(), 0);  // of a keeper that died: we hold the lock
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 || ::listen(socket.get(), 128) < 0)
    throw_system_error("cannot listen at", path.native());
  return socket;
}

/// Each is read from its beginning: with a file description of its own.
void hand_out(const engine::Template& kept, const Fd& connection) {
  const Fd memory = engine::opened_anew(kept.memory, O_RDWR), state = engine::opened_anew(kept.state, O_RDONLY);
  const std::array numbers = {memory.get(), state.get()};
  (void)send_passing(connection.get(), "t", numbers, MSG_DONTWAIT);  // one that is gone wants nothing
}

void serve(const engine::Template& kept, const Fd& listener, const Fd& signals, std::chrono::milliseconds idle) {
  for (;;) {
    std::array waits = {pollfd{listener.get(), POLLIN, 0}, pollfd{signals.get(), POLLIN, 0}};
    const int count = ::poll(waits.data(), waits.size(), static_cast<int>(idle.count()));
    if (count == 0 || waits[1].revents != 0) return;
    if (count > 0 && waits[0].revents != 0)
      if (const auto connection = life::accept_own(listener)) hand_out(kept, *connection);
  }
}

void note_owner(const Fd& lock) {
  const std::string text = record::dump(Json(life::identity_of(::getpid())));
  if (::ftruncate(lock.get(), 0) < 0 || ::pwrite(lock.get(), text.data(), text.size(), 0) < 0) throw_system_error("cannot write the template's lock");
}

engine::Template make(const life::KeeperOrders& orders) {
  if (orders.spec.vm->saved) return engine::load_saved(*orders.spec.vm->saved);
  engine::HostFacts facts = engine::read_host_facts();
  engine::Spec around = engine::spec_around(orders.spec);
  around.place = kPlace;
  facts.ids = isolate::id_map_for(kPlace);
  return engine::make_template(engine::template_shape(orders.spec), around, orders.spec.vm->scratch, facts);
}

}  // namespace

void keep(Fd channel) {
  auto message = life::receive_message(channel);
  if (!message) return;
  try {
    const auto orders = message->json.get<life::KeeperOrders>();
    const auto store = store::Store::at(orders.store_state, orders.store_run);
    const auto files = life::TemplateFiles::of(store, life::template_key(orders.spec));
    const Fd signals = catch_signals();
    const Fd lock = lock_file(files.lock);
    note_owner(lock);
    const engine::Template kept = make(orders);
    const Fd listener = listen_at(files.socket);
    life::send_message(channel, {{"ready", true}});
    channel.close();
    serve(kept, listener, signals, orders.idle);
    ::unlink(files.socket.c_str());
  } catch (const Error& error) {
    if (channel) life::send_message(channel, record::Failure::of(error, "sandbox-keeper", nullptr));
  }
}

}  // namespace sandbox::tool
