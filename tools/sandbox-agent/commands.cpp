#include "commands.hpp"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "become.hpp"
#include "command_line.hpp"
#include "ending.hpp"
#include "leaf.hpp"
#include "lookup.hpp"
#include "make.hpp"
#include "probe.hpp"
#include "reaper.hpp"
#include "start.hpp"
#include "transfer.hpp"
#include "tree_transfer.hpp"

namespace sandbox::agent {

using wire::Failed;
using wire::Step;

namespace {

constexpr std::size_t kListedArgument = 1024;
constexpr std::size_t kListedArguments = 32;

/// A copy with a NUL at its end.
bool terminated(std::string_view text, Buffer& out) {
  return out.append(text) && out.append(std::string_view("", 1));
}

std::string_view first_of(std::string_view a, std::string_view b, std::string_view c) {
  return !a.empty() ? a : !b.empty() ? b : c;
}

/// The first argument fields, each shortened, as a list will show them.
bool keep_arguments(const Request& request, Buffer& out) {
  char field_bytes[sizeof(wire::Header) + 8 + kListedArgument];
  std::size_t count = 0;
  wire::FieldReader reader(request.fields);
  for (wire::Field field{}; reader.next(field) && count < kListedArguments;) {
    if (field.tag != wire::Tag::argument) continue;
    const std::size_t size = field.value.size() < kListedArgument ? field.value.size() : kListedArgument;
    wire::FieldWriter writer(field_bytes, wire::Kind::process);
    std::string_view bytes = writer.add(field.tag, {field.value.data(), size}).bytes();
    bytes.remove_prefix(sizeof(wire::Header));
    if (!out.append(bytes)) return false;
    ++count;
  }
  return true;
}

int make_streams(const Request& request, const Account& account, Streams& out) {
  if (request.detach) return make_log(account, out);
  if (request.has_terminal) return make_terminal(request.terminal, account, out);
  return make_pipes(request.input ? Input::pipe : Input::none, account, out);
}

int (*body_of(Command::Role role))(const void*) {
  switch (role) {
    case Command::Role::put:
      return receive_file;
    case Command::Role::put_tree:
      return receive_tree;
    case Command::Role::get_tree:
      return send_tree;
    default:
      return send_file;
  }
}

int descriptor_or_null(const Handle& handle) { return handle ? handle.get() : 0; }

void connect_streams(const Streams& streams, const Request& request, Start& start) {
  start.terminal = request.has_terminal;
  start.input = descriptor_or_null(streams.input);
  start.output = request.has_terminal ? start.input : descriptor_or_null(streams.output);
  start.error = request.has_terminal || request.detach ? start.output
                                                       : descriptor_or_null(streams.error);
}

}  // namespace

std::uint64_t now_us() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1000000 +
         static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

void Commands::set_up(const Request& sandbox, Handle cgroup) {
  sandbox_ = sandbox;
  has_clone3_ = has_clone3();
  // Moving a process into a cgroup after its birth can wait for an RCU grace period, 5 to
  // 20 ms: without clone3 a reaper is the better way.
  if (has_clone3_) cgroup_ = std::move(cgroup);
}

Command* Commands::add() {
  for (Command*& place : table_)
    if (!place) return place = make<Command>(next_serial_++);
  return nullptr;
}

void Commands::drop(Command& command) {
  for (Command*& place : table_)
    if (place == &command) place = nullptr;
  unmake(&command);
}

/// False when every place is taken by a process that still runs.
bool Commands::make_room_for_detached() {
  Command* oldest = nullptr;
  std::size_t count = 0;
  for_each([&](Command& command) {
    if (!command.detached) return;
    ++count;
    if (command.told && (!oldest || command.serial < oldest->serial)) oldest = &command;
  });
  if (count < kMostDetached) return true;
  if (oldest) drop(*oldest);
  return oldest != nullptr;
}

/// What execute and transfer share: the process itself, in a leaf or under a reaper.
bool Commands::launch(Command& command, const Request& request, const Account& account,
                      Streams& streams, Start& start, Failed& failed) {
  Buffer directory;
  if (!terminated(first_of(request.directory, sandbox_.directory, "/"), directory)) return false;
  start.account = &account;
  start.directory = directory.data();
  start.has_clone3 = has_clone3_;
  connect_streams(streams, request, start);
  command.started_us = now_us();
  command.kept = std::move(streams.kept);
  pid_t pid = 0;
  if (cgroup_) {
    const Handle leaf = Leaf(cgroup_.get(), command.serial).create();
    start.cgroup = leaf.get();
    pid = leaf ? start_process(start) : -errno;
    if (pid < 0) (void)Leaf(cgroup_.get(), command.serial).remove();
    command.has_leaf = true;
    command.pid = pid;
  } else {
    pid = start_under_reaper(start, command.reaper_socket);
    command.reaper = pid;
  }
  if (pid < 0) failed.error = -pid;
  return pid > 0;
}

Command* Commands::execute(const Request& request, Streams& streams, Failed& failed) {
  Account account;
  failed = {Step::user, ENOENT};
  if (!look_up_account(first_of(request.user, sandbox_.user, "root"), account)) return nullptr;
  failed = {Step::start, EAGAIN};
  if (request.detach && !make_room_for_detached()) return nullptr;
  Command* command = add();
  if (!command) return nullptr;
  CommandLine line;
  int report[2] = {-1, -1};
  failed.error = ENOMEM;
  bool ready = line.build(sandbox_, request, account);
  if (ready && request.detach) ready = keep_arguments(request, command->arguments);
  if (ready) {
    failed.error = streams.input ? 0 : make_streams(request, account, streams);
    // An id that this user namespace does not map cannot own the streams.
    if (failed.error == EINVAL || failed.error == EPERM) failed = {Step::user, has_single_id() ? EPERM : EINVAL};
    if (failed.error == 0 && ::pipe2(report, O_CLOEXEC | O_NONBLOCK) < 0) failed.error = errno;
    ready = failed.error == 0;
  }
  command->report = Handle(report[0]);
  const Handle report_end(report[1]);
  Start start;
  start.argv = line.argv();
  start.envp = line.envp();
  start.report = report_end.get();
  if (!ready || !launch(*command, request, account, streams, start, failed)) {
    drop(*command);
    return nullptr;
  }
  command->detached = request.detach;
  command->grace_us = request.grace_ms * 1000;
  if (request.timeout_ms != 0) command->timer_us = command->started_us + request.timeout_ms * 1000;
  return command;
}

Command* Commands::transfer(Command::Role role, const Request& request, Streams& streams,
                            Failed& failed) {
  Account account;
  failed = {Step::user, ENOENT};
  if (!look_up_account(first_of(request.user, sandbox_.user, "root"), account)) return nullptr;
  failed = {Step::start, EAGAIN};
  Command* command = add();
  if (!command) return nullptr;
  Buffer path;
  int control[2] = {-1, -1};
  failed.error = role == Command::Role::put_tree
                     ? make_two_pipes(streams)
                     : make_one_pipe(role == Command::Role::put ? Input::pipe : Input::none, streams);
  if (failed.error == 0 && ::pipe2(control, O_CLOEXEC) < 0) failed.error = errno;
  const Handle control_end(control[0]);
  command->control = Handle(control[1]);
  command->role = role;
  command->announced = true;
  bool ready = failed.error == 0 && terminated(request.path, path);
  const Transfer transfer{path.data(), request.mode, request.tree};
  Start start;
  start.body = body_of(role);
  start.context = &transfer;
  start.control = control_end.get();
  if (!ready || !launch(*command, request, account, streams, start, failed)) {
    drop(*command);
    return nullptr;
  }
  return command;
}

/// As root, whoever the commands are: it opens no file.
Command* Commands::probe(const Request& request, Failed& failed) {
  Account account;
  failed = {Step::start, EAGAIN};
  Command* command = add();
  if (!command) return nullptr;
  Streams streams;
  Buffer path;
  command->role = Command::Role::probe;
  command->announced = true;
  failed.error = ENOMEM;
  const bool ready = request.path.empty() || terminated(request.path, path);
  Request anywhere = request;
  anywhere.directory = "/";  // the sandbox's own may not be there
  const Probe probe{static_cast<std::uint16_t>(request.port), request.path.empty() ? nullptr : path.data()};
  Start start;
  start.body = look_at_port;
  start.context = &probe;
  if (!ready || !launch(*command, anywhere, account, streams, start, failed)) {
    drop(*command);
    return nullptr;
  }
  return command;
}

Command* Commands::find(std::uint64_t serial) {
  for (Command* command : table_)
    if (command && command->serial == serial) return command;
  return nullptr;
}

Command* Commands::find_detached(std::uint64_t pid) {
  Command* found = nullptr;  // numbers come back: the newest one counts
  for_each([&](Command& command) {
    if (command.detached && command.announced && static_cast<std::uint64_t>(command.pid) == pid &&
        (!found || command.serial > found->serial))
      found = &command;
  });
  return found;
}

Commands::News Commands::take_news(Command*& command) {
  for (Command* candidate : table_) {
    if (!candidate || candidate->told) continue;
    command = candidate;
    if (candidate->runs && candidate->pid != 0 && !candidate->announced) {
      candidate->announced = true;
      return News::started;
    }
    if (candidate->state == Command::State::ended) {
      candidate->told = true;
      return News::ended;
    }
  }
  return News::none;
}

void Commands::told(Command& command) {
  const bool remembered = command.detached && command.announced;
  if (!remembered) drop(command);
}

std::size_t Commands::running() const {
  std::size_t count = 0;
  for (const Command* command : table_)
    count += command && !command->own && command->state != Command::State::ended;
  return count;
}

std::size_t Commands::add_waits(pollfd* waits) const {
  std::size_t count = 0;
  for (const Command* command : table_) {
    if (!command) continue;
    if (command->report) waits[count++] = {command->report.get(), POLLIN, 0};
    if (command->reaper_socket) waits[count++] = {command->reaper_socket.get(), POLLIN, 0};
  }
  return count;
}

void Commands::on_ready(int descriptor) {
  for_each([&](Command& command) {
    if (command.report.get() == descriptor) read_report(command);
    if (command.reaper_socket.get() == descriptor) read_reaper(command);
  });
}

/// End of file means that execve() closed the other end: the program runs.
void Commands::read_report(Command& command) {
  Failed failed{};
  const ssize_t n = ::read(command.report.get(), &failed, sizeof failed);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n == sizeof failed)
    command.failed = failed;
  else
    command.runs = true;
  command.report.close();
  if (command.runs) deliver_held_signals(command);
}

void Commands::read_reaper(Command& command) {
  ReaperReport report{};
  const ssize_t n = ::recv(command.reaper_socket.get(), &report, sizeof report, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n != sizeof report) {
    command.reaper_socket.close();  // its end comes as an exit
  } else if (report.command < 0) {
    command.failed = {Step::start, static_cast<std::int32_t>(-report.command)};
  } else if (command.pid == 0) {
    command.pid = static_cast<pid_t>(report.command);
  } else {
    on_main_end(command, report.ended);
  }
}

bool Commands::take_stuck() { return std::exchange(stuck_, false); }

}  // namespace sandbox::agent
