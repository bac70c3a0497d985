#include "agent.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include "make.hpp"

namespace sandbox::agent {

using wire::Field;
using wire::FieldWriter;
using wire::Kind;
using wire::Step;
using wire::Tag;

bool Agent::set_up() {
  Buffer buffer;
  ControlFrame frame;
  return receive_control_frame(control_.get(), buffer, frame) && frame.kind == Kind::setup && take_setup(std::move(buffer), frame);
}

/// Once more in a copy of a machine that ran: its supervisor is another one.
bool Agent::take_setup(Buffer buffer, ControlFrame& frame) {
  Request defaults;
  if (!parse_request(Kind::setup, frame.payload, defaults)) return false;
  commands_.set_up(defaults, std::move(frame.descriptor));
  setup_ = std::move(buffer);
  reported_ = 0;
  char bytes[sizeof(wire::Header)];
  send_control(FieldWriter(bytes, Kind::ready).bytes());
  return true;
}

void Agent::run() {
  for (;;) {
    pollfd waits[3 + kMostClients + 2 * Commands::kMost];
    Connection* clients[kMostClients];
    const short control_events = unsaid_ ? POLLIN | POLLOUT : POLLIN;
    waits[0] = {control_.get(), control_events, 0};
    waits[1] = {child_signals_.get(), POLLIN, 0};
    std::size_t count = 2;
    for (Connection* client : clients_)
      if (client) {
        clients[count - 2] = client;
        const short events = client->wants_to_write() ? POLLIN | POLLOUT : POLLIN;
        waits[count++] = {client->socket(), events, 0};
      }
    const std::size_t first_command = count;
    count += commands_.add_waits(waits + count);
    const std::size_t guests = count;
    if (guests_.listener() >= 0) waits[count++] = {guests_.listener(), POLLIN, 0};
    const std::uint64_t timer = commands_.next_timer(), now = now_us();
    const int timeout = timer == 0 ? -1 : timer <= now ? 0 : static_cast<int>((timer - now + 999) / 1000 % 86400000);
    if (::poll(waits, count, timeout) < 0 && errno != EINTR) return;

    if ((waits[0].revents & ~POLLOUT) != 0 && !receive_control()) return;
    for (std::size_t i = 2; i < first_command; ++i)
      if (waits[i].revents != 0) serve(*clients[i - 2]);
    for (std::size_t i = first_command; i < guests; ++i)
      if (waits[i].revents != 0) commands_.on_ready(waits[i].fd);
    if (guests < count && waits[guests].revents != 0) welcome_guest();
    if (waits[1].revents != 0) {
      signalfd_siginfo ignored;
      while (::read(child_signals_.get(), &ignored, sizeof ignored) > 0) {
      }
      commands_.reap();
    }
    commands_.tick(now_us());
    tell_news();
    sweep_clients();
    report_activity();
  }
}

namespace {

Command::Role role_of(Kind kind) {
  switch (kind) {
    case Kind::put:
      return Command::Role::put;
    case Kind::put_tree:
      return Command::Role::put_tree;
    case Kind::get_tree:
      return Command::Role::get_tree;
    default:
      return Command::Role::get;
  }
}

bool is_own(std::string_view payload) {
  wire::FieldReader reader(payload);
  Field field{};
  return reader.next(field) && field.tag == Tag::own;
}

}  // namespace

bool Agent::receive_control() {
  Buffer buffer;
  ControlFrame frame;
  if (!receive_control_frame(control_.get(), buffer, frame)) return false;
  if (frame.kind == Kind::client && frame.descriptor) add_client(std::move(frame.descriptor), is_own(frame.payload));
  if (frame.kind == Kind::serve) (void)guests_.take(frame.payload, std::move(frame.descriptor));
  if (frame.kind == Kind::terminate) commands_.terminate_all();
  return frame.kind != Kind::setup || take_setup(std::move(buffer), frame);
}

/// Nobody but whoever is connected hears of it when it cannot be started: his connection ends.
void Agent::welcome_guest() {
  Streams streams;
  streams.input = Handle(::accept4(guests_.listener(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!streams.input) return;
  streams.output = Handle(::fcntl(streams.input.get(), F_DUPFD_CLOEXEC, 3));
  wire::Failed failed{};
  if (streams.output) commands_.execute(guests_.command(), streams, failed);
}

void Agent::add_client(Handle socket, bool own) {
  for (Connection*& place : clients_) {
    if (place) continue;
    place = make<Connection>(std::move(socket));
    if (!place) return;
    place->own = own;
    serve(*place);  // its request usually came along
    return;
  }
  Connection refused(std::move(socket));
  fail(refused, Step::start, EAGAIN);
}

void Agent::serve(Connection& client) {
  client.flush();
  client.receive();
  Kind kind{};
  std::string_view payload;
  while (!client.finished() && client.next_frame(kind, payload)) {
    answer(client, kind, payload);
    client.done_with_frame();
  }
}

void Agent::fail(Connection& client, Step step, int error) {
  char bytes[sizeof(wire::Header) + sizeof(wire::Failed)];
  client.send(FieldWriter(bytes, Kind::failed).payload(wire::Failed{step, error}).bytes());
  client.close_after_flush();
}

void Agent::answer(Connection& client, Kind kind, std::string_view payload) {
  if (kind == Kind::to_agent) return;  // a first client's: nobody had to read it on the way
  Request request;
  if (!parse_request(kind, payload, request)) return fail(client, Step::request, EINVAL);
  Command* command = commands_.find(client.command);
  switch (kind) {
    case Kind::execute:
    case Kind::get:
    case Kind::put_tree:
    case Kind::get_tree:
    case Kind::probe:
      return start(client, kind, request);
    case Kind::put:
      if (!command) return start(client, kind, request);
      return commands_.commit(*command);
    case Kind::attach:
      return attach(client, request);
    case Kind::list:
      return list(client);
    case Kind::signal:
      return send_signal(client, request);
    case Kind::resize:
      if (command && command->kept && !command->detached) resize_terminal(command->kept.get(), request.terminal);
      return;
    case Kind::cancel:
      if (command && client.owner) commands_.end(*command, wire::Cause::cancelled);
      return;
    default:
      return fail(client, Step::request, EINVAL);
  }
}

void Agent::start(Connection& client, Kind kind, const Request& request) {
  const bool lacks_path = (kind == Kind::put || kind == Kind::get) && request.path.empty();
  if (client.command != 0 || lacks_path) return fail(client, Step::request, EINVAL);
  Streams streams;
  wire::Failed failed{};
  Command* command = kind == Kind::execute ? commands_.execute(request, streams, failed)
                     : kind == Kind::probe ? commands_.probe(request, failed)
                                           : commands_.transfer(role_of(kind), request, streams, failed);
  if (!command) return fail(client, failed.step, failed.error);
  command->own = client.own;
  client.command = command->serial;
  client.owner = !command->detached;
  int far[3];
  for (std::size_t i = 0; i < streams.far_count; ++i) far[i] = streams.far[i].get();
  char bytes[sizeof(wire::Header)];
  if (streams.far_count != 0)
    client.send_with(FieldWriter(bytes, Kind::streams).bytes(), {far, streams.far_count});
}

void Agent::attach(Connection& client, const Request& request) {
  const Command* command = commands_.find_detached(request.pid);
  if (client.command != 0) return fail(client, Step::request, EINVAL);
  if (!command) return fail(client, Step::process, ESRCH);
  client.command = command->serial;
  const int output = command->kept.get();
  char bytes[sizeof(wire::Header)];
  client.send_with(FieldWriter(bytes, Kind::streams).bytes(), {&output, 1});
  if (command->told) tell_end(client, *command);
}

void Agent::send_signal(Connection& client, const Request& request) {
  Command* command = request.has_pid ? commands_.find_detached(request.pid)
                                     : commands_.find(client.command);
  if (!command || command->state == Command::State::ended) {
    // A command that has just ended needs no signal, and its client is told anyway.
    if (client.command == 0) fail(client, Step::process, ESRCH);
    return;
  }
  commands_.signal(*command, static_cast<int>(request.number));
  if (!request.has_pid) return;
  char bytes[sizeof(wire::Header)];
  client.send(FieldWriter(bytes, Kind::done).bytes());
}

void Agent::list(Connection& client) {
  commands_.for_each([&](const Command& command) {
    if (!command.detached || !command.announced) return;
    char bytes[sizeof(wire::Header) + 64];
    FieldWriter writer(bytes, Kind::process);
    writer.add_value(Tag::pid, static_cast<std::uint64_t>(command.pid));
    writer.add_value(Tag::number, std::uint64_t{command.state != Command::State::ended});
    const std::string_view fixed = writer.bytes();
    // The arguments are fields already: the header counts them, and they follow.
    wire::Header header;
    std::memcpy(&header, fixed.data(), sizeof header);
    header.length += static_cast<std::uint32_t>(command.arguments.size());
    std::memcpy(bytes, &header, sizeof header);
    client.send(fixed);
    client.send(command.arguments.view());
  });
  char bytes[sizeof(wire::Header)];
  client.send(FieldWriter(bytes, Kind::done).bytes());
  client.close_after_flush();
}

void Agent::tell_news() {
  Command* command = nullptr;
  for (;;) {
    const Commands::News news = commands_.take_news(command);
    if (news == Commands::News::none) return;
    for (Connection* client : clients_) {
      if (!client || client->command != command->serial) continue;
      if (news == Commands::News::ended) {
        tell_end(*client, *command);
      } else {
        char bytes[sizeof(wire::Header) + 16];
        client->send(FieldWriter(bytes, Kind::started)
                         .add_value(Tag::pid, static_cast<std::uint64_t>(command->pid))
                         .bytes());
        if (command->detached && !client->owner) client->close_after_flush();
      }
    }
    if (news == Commands::News::ended) commands_.told(*command);
  }
}

void Agent::tell_end(Connection& client, const Command& command) {
  const wire::Ended& ended = command.ended;
  if (command.failed.step != Step{}) return fail(client, command.failed.step, command.failed.error);
  char bytes[sizeof(wire::Header) + sizeof ended];
  if (command.role == Command::Role::program) {
    client.send(FieldWriter(bytes, Kind::ended).payload(ended).bytes());
  } else if (ended.exit_code != 0) {
    const int error = ended.exit_code > 0 ? ended.exit_code : EINTR;
    return fail(client, Step::file, error);
  } else {
    client.send(FieldWriter(bytes, Kind::done).bytes());
  }
  client.close_after_flush();
}

void Agent::sweep_clients() {
  for (Connection*& client : clients_) {
    if (!client || (!client->broken() && !client->finished())) continue;
    Command* command = client->owner ? commands_.find(client->command) : nullptr;
    if (command) commands_.end(*command, wire::Cause::cancelled);
    unmake(std::exchange(client, nullptr));
  }
}

/// What the supervisor has no room for now is said later: a slow one must not stop us.
void Agent::report_activity() {
  char bytes[sizeof(wire::Header) + 16];
  stuck_ = commands_.take_stuck() || stuck_;
  unsaid_ = false;
  if (stuck_) stuck_ = !send_control(FieldWriter(bytes, Kind::stuck).bytes());
  std::uint64_t active = commands_.running();
  for (const Connection* client : clients_) active += client && !client->own;
  if (active != reported_ &&
      send_control(FieldWriter(bytes, Kind::activity).add_value(Tag::number, active).bytes()))
    reported_ = active;
}

bool Agent::send_control(std::string_view frame) {
  const ssize_t n = ::send(control_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n < 0) unsaid_ = true;
  return n >= 0;
}

}  // namespace sandbox::agent
