#include "life/templates.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/passing.hpp"
#include "isolate/settle.hpp"
#include "life/message.hpp"
#include "life/process.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/fields.hpp"
#include "store/digests.hpp"

namespace sandbox::life {

namespace {

constexpr std::chrono::minutes kIdle{30};
constexpr std::chrono::milliseconds kGrace{2000};
constexpr std::size_t kMostLock = 4096;

Path folder_of(const store::Store& store) { return store.run() / "templates"; }

Fd dial(const Path& path) {
  const Fd folder(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  Fd socket = checked_fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "cannot make a socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // Through /proc: the store's path may be longer than a socket's.
  const std::string name = fmt::format("/proc/self/fd/{}/{}", folder.get(), path.filename().native());
  if (!folder || name.size() >= sizeof address.sun_path) return {};
  std::copy(name.begin(), name.end(), address.sun_path);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return {};
  return socket;
}

/// It outlives us; until it answers, we are who it works for.
void start_keeper(const store::Store& store, const engine::Spec& spec) {
  auto [ours, theirs] = socket_pair(SOCK_STREAM);
  Command command;
  command.program = libexec_directory() / "sandbox-keeper";
  command.arguments = {"sandbox-keeper"};
  command.descriptors = {{theirs.get(), 3}};
  command.new_session = true;
  const Fd cgroup = isolate::supervisors_cgroup();
  command.cgroup = cgroup.get();
  Child keeper = Child::spawn(command);
  theirs.close();
  send_message(ours, KeeperOrders{store.state(), store.run(), spec, kIdle});
  const auto answer = receive_message(ours);
  if (!answer) throw Error(ExitCode::failed, "the keeper of the template died");
  if (record::is_failure(answer->json)) {
    const auto failure = answer->json.get<record::Failure>();
    throw Error(static_cast<ExitCode>(failure.code), failure.message, failure.hint);
  }
  std::move(keeper).release();
}

std::optional<record::ProcessIdentity> keeper_of(const Path& lock) {
  try {
    const auto text = read_file_if_exists(lock, kMostLock);
    if (!text || text->empty()) return std::nullopt;
    return record::parse(*text, lock.native()).get<record::ProcessIdentity>();
  } catch (const Error&) {
    return std::nullopt;  // it has just been made
  }
}

/// By its pidfd, and only if it is the one that wrote its name into the lock.
void end_keeper(const Path& lock) {
  const auto keeper = keeper_of(lock);
  if (!keeper) return;
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, keeper->pid, 0)));
  if (!process || !is_alive(*keeper)) return;
  for (const int signal : {SIGTERM, SIGKILL}) {
    ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0);
    if (lock_file_within(lock, kGrace)) return;
  }
}

/// Nothing when it is to stay.
std::optional<record::Reaped> end_one(const Path& lock, Which which, bool dry_run) {
  const Path socket = Path(lock).replace_extension(".socket");
  const bool dead = try_lock_file(lock).has_value();
  if (dead && ::access(socket.c_str(), F_OK) != 0) return std::nullopt;
  if (!dead && which == Which::dead) return std::nullopt;
  record::Reaped reaped;
  reaped.kind = dead ? "debris" : "template";
  reaped.id = lock.stem();
  reaped.ended = dead ? "crash" : "asked";
  reaped.dry_run = dry_run;
  if (dry_run) return reaped;
  if (!dead) end_keeper(lock);
  ::unlink(socket.c_str());
  reaped.freed.processes = dead ? 0 : 1;
  return reaped;
}

}  // namespace

TemplateFiles TemplateFiles::of(const store::Store& store, const std::string& key) {
  return {folder_of(store) / (key + ".lock"), folder_of(store) / (key + ".socket")};
}

void to_json(Json& json, const KeeperOrders& orders) {
  json = {{"store_state", orders.store_state.native()},
          {"store_run", orders.store_run.native()},
          {"id", orders.spec.id},
          {"directory", orders.spec.directory.native()},
          {"folder", orders.spec.vm->folder.native()},
          {"scratch", orders.spec.vm->scratch.native()},
          {"cable", orders.spec.vm->cable},
          {"kvm", orders.spec.vm->kvm},
          {"saved", orders.spec.vm->saved ? Json(orders.spec.vm->saved->native()) : Json(nullptr)},
          {"limits", orders.spec.limits},
          {"allow_missing", orders.spec.allow_missing},
          {"idle_ms", orders.idle.count()}};
}

void from_json(const Json& json, KeeperOrders& orders) {
  using record::field;
  orders.store_state = field<std::string>(json, "store_state");
  orders.store_run = field<std::string>(json, "store_run");
  orders.spec.id = field<std::string>(json, "id");
  orders.spec.directory = field<std::string>(json, "directory");
  orders.spec.vm.emplace();
  orders.spec.vm->folder = field<std::string>(json, "folder");
  orders.spec.vm->scratch = field<std::string>(json, "scratch");
  orders.spec.vm->cable = field<bool>(json, "cable");
  orders.spec.vm->kvm = field<bool>(json, "kvm");
  if (const auto saved = record::field_if<std::string>(json, "saved")) orders.spec.vm->saved = *saved;
  orders.spec.limits = field<record::Limits>(json, "limits");
  orders.spec.allow_missing = field<std::vector<std::string>>(json, "allow_missing");
  orders.idle = std::chrono::milliseconds(field<long>(json, "idle_ms"));
}

std::string template_key(const engine::Spec& spec) {
  return spec.vm->saved ? spec.vm->saved->parent_path().filename().native() : engine::template_shape(spec).key();
}

Path ensure_template(const store::Store& store, const engine::Spec& spec) {
  const std::string key = template_key(spec);
  if (::mkdir(folder_of(store).c_str(), 0700) < 0 && errno != EEXIST) throw_system_error("cannot create", folder_of(store).native());
  const TemplateFiles files = TemplateFiles::of(store, key);
  // Whoever comes second waits for the first one's keeper.
  const Fd start = lock_file(folder_of(store) / (key + ".start"));
  if (!dial(files.socket)) start_keeper(store, spec);
  return files.socket;
}

std::optional<engine::Template> fetch_template(const Path& socket) {
  const Fd connection = dial(socket);
  if (!connection) return std::nullopt;
  char word = 0;
  std::vector<Fd> came;
  if (receive_passing(connection.get(), {&word, 1}, came) != 1 || came.size() != 2) return std::nullopt;
  return engine::Template{std::move(came[0]), std::move(came[1])};
}

void end_keeper_of(const store::Store& store, std::string_view digest) {
  const Path lock = folder_of(store) / fmt::format("{}.lock", store::hex_of(digest));
  if (::access(lock.c_str(), F_OK) == 0) (void)end_one(lock, Which::all, false);
}

std::vector<record::Reaped> end_templates(const store::Store& store, Which which, bool dry_run) {
  std::vector<record::Reaped> ended;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(store), error))
    if (entry.path().extension() == ".lock")
      if (auto one = end_one(entry.path(), which, dry_run)) ended.push_back(std::move(*one));
  return ended;
}

}  // namespace sandbox::life
