#include "engine/vm/qmp.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <cerrno>
#include <thread>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace sandbox::engine {

namespace {

using Deadline = std::chrono::steady_clock::time_point;

constexpr int kPatienceMs = 30'000;
constexpr std::size_t kMostLine = 1 << 20;
constexpr const char* kState = "state";  ///< the descriptor's name
constexpr const char* kSave = "save";    ///< and of one that is saved into

/// Memory that is mapped from a file is neither written nor read.
const Json& without_memory() {
  static const Json arguments = {{"capabilities", Json::array({{{"capability", "x-ignore-shared"}, {"state", true}}})}};
  return arguments;
}

void send(const Fd& socket, const std::string& command, const Json& arguments, int descriptor, std::uint64_t number = 0, int flags = 0) {
  const std::string line = Json{{"execute", command}, {"arguments", arguments}, {"id", number}}.dump() + "\n";
  const std::span<const int> along(&descriptor, descriptor >= 0 ? 1 : 0);
  if (send_passing(socket.get(), line, along, flags) != static_cast<ssize_t>(line.size())) throw_system_error("cannot reach QEMU's monitor");
}

Deadline from_now() { return std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs); }

std::string text_of(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_number(const Json& object, const char* name, std::uint64_t wanted) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() && found->get<std::uint64_t>() == wanted;
}

}  // namespace

Qmp Qmp::resume(Fd socket) {
  Qmp qmp(std::move(socket), Greeted{});
  // Answers to others before us may still wait there.
  if (::getrandom(&qmp.last_, sizeof qmp.last_, 0) != sizeof qmp.last_) throw_system_error("cannot get random bytes");
  qmp.last_ >>= 16;
  return qmp;
}

Qmp::Qmp(Fd socket) : socket_(std::move(socket)) {
  if (!next(from_now()).contains("QMP")) throw Error(ExitCode::failed, "QEMU's monitor does not greet");
  execute("qmp_capabilities");
}

std::string Qmp::line(Deadline deadline) {
  for (;;) {
    if (const std::size_t end = received_.find('\n'); end != received_.npos) {
      std::string one = received_.substr(0, end);
      received_.erase(0, end + 1);
      return one;
    }
    if (received_.size() > kMostLine) throw Error(ExitCode::failed, "QEMU's monitor says too much");
    pollfd waiting{socket_.get(), POLLIN, 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) throw Error(ExitCode::failed, "QEMU's monitor does not answer");
    char bytes[4096];
    const std::size_t n = read_some(socket_.get(), bytes, sizeof bytes, "QEMU's monitor");
    if (n == 0) throw Error(ExitCode::failed, "QEMU's monitor is gone");
    received_.append(bytes, n);
  }
}

Json Qmp::next(Deadline deadline) {
  for (;;) {
    Json said = record::parse(line(deadline), "QEMU's monitor");
    if (said.is_object() && !said.contains("event")) return said;
  }
}

Json Qmp::execute(const std::string& command, const Json& arguments, int descriptor) {
  const Deadline deadline = from_now();
  send(socket_, command, arguments, descriptor, ++last_);
  Json said = next(deadline);
  while (!is_number(said, "id", last_)) said = next(deadline);
  if (const auto answer = said.find("return"); answer != said.end()) return *answer;
  throw Error(ExitCode::failed, fmt::format("QEMU refuses '{}': {}", command, visible(said.dump())));
}

void Qmp::save(const Fd& state) {
  // Not stopped before: what was running when it was saved goes on by itself.
  execute("migrate-set-capabilities", without_memory());
  execute("getfd", {{"fdname", kState}}, state.get());
  execute("migrate", {{"uri", fmt::format("fd:{}", kState)}});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  for (;;) {
    const std::string status = text_of(execute("query-migrate"), "status");
    if (status == "completed") return;
    if (status == "failed" || std::chrono::steady_clock::now() > deadline) throw Error(ExitCode::failed, "QEMU cannot save the machine");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

/// Of savers before us. While the machine stands still QEMU closes none.
void Qmp::remove_saves() {
  const Json sets = execute("query-fdsets");
  for (const Json& set : sets.is_array() ? sets : Json::array())
    for (const Json& one : set.is_object() ? set.value("fds", Json::array()) : Json::array())
      if (text_of(one, "opaque") == kSave) execute("remove-fd", {{"fdset-id", set.value("fdset-id", Json())}});
}

void Qmp::save_devices(const Fd& state) {
  remove_saves();
  execute("stop");
  const Json added = execute("add-fd", {{"opaque", kSave}}, state.get());
  if (!added.is_object() || !added.contains("fdset-id") || !added["fdset-id"].is_number_unsigned()) throw Error(ExitCode::failed, "QEMU takes no descriptor");
  const std::uint64_t set = added["fdset-id"].get<std::uint64_t>();
  // Not live: QEMU would give up its disks.
  execute("xen-save-devices-state", {{"filename", fmt::format("/dev/fdset/{}", set)}, {"live", false}});
}

void Qmp::order_on(const Fd& socket) noexcept try {
  send(socket, "cont", Json::object(), -1, 0, MSG_DONTWAIT);  // one that reads nothing is waited for by nobody
} catch (const std::exception&) {
  // QEMU is gone, and its end is noticed.
}

void Qmp::order_nothing(const Fd& socket) { send(socket, "qmp_capabilities", Json::object(), -1); }

void Qmp::order_copy(const Fd& socket, const Fd& state, State how) {
  order_nothing(socket);
  if (how == State::whole) send(socket, "migrate-set-capabilities", without_memory(), -1);
  send(socket, "getfd", {{"fdname", kState}}, state.get());
  send(socket, "migrate-incoming", {{"uri", fmt::format("fd:{}", kState)}}, -1);
}

}  // namespace sandbox::engine
