#include "engine/container/inside.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "engine/container/disk.hpp"
#include "isolate/build_filter.hpp"
#include "isolate/capabilities.hpp"
#include "isolate/cgroup.hpp"
#include "isolate/devices.hpp"
#include "isolate/landlock.hpp"
#include "isolate/masks.hpp"
#include "isolate/mount.hpp"
#include "isolate/network.hpp"
#include "isolate/overlay.hpp"
#include "isolate/program.hpp"
#include "isolate/resource_limits.hpp"
#include "isolate/seccomp.hpp"

namespace sandbox::engine {

namespace {

// Unlike after a fork in a program with threads, allocation and exceptions are safe here: the
// supervisor has one thread, so no lock can be held by a thread that the copy lacks.

struct State {
  Inside& inside;
  std::vector<Fd> layers;
  std::vector<Fd> shares;
  Fd devices;  ///< of root's: a folder
  Fd disk;
  Fd root;
  Fd workspace;
  Fd program;
  std::optional<isolate::NetworkNamespace> network;
};

constexpr std::string_view kWorkspace = "workspace";

void die_with_the_supervisor() {
  // Cleared by every change of ids or capabilities: armed again at the end.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) throw_system_error("cannot tie the child to the supervisor");
}

void begin_network(State& state) {
  state.inside.parent.close();  // else this copy would keep the socket open when the parent dies
  state.network.emplace(isolate::NetworkNamespace::begin());
}

void wait_for_permission(State& state) {
  Signal signal;
  std::vector<Fd> descriptors;
  if (!receive_signal(state.inside.control, signal, descriptors)) ::_exit(static_cast<int>(ExitCode::failed));
  if (descriptors.size() != signal.layers + signal.shares + signal.disks + signal.devices)
    throw Error(ExitCode::failed, "descriptors got lost");
  if (signal.devices > 0) {
    state.devices = std::move(descriptors.back());
    descriptors.pop_back();
  }
  if (signal.disks > 0) {
    state.disk = std::move(descriptors.back());
    descriptors.pop_back();
  }
  for (std::size_t i = 0; i < descriptors.size(); ++i)
    (i < signal.layers ? state.layers : state.shares).push_back(std::move(descriptors[i]));
}

void join_cgroups(State& state) {
  // A caller's real-time priority ends here: no limit on cpu would hold it, and version 1 refuses it.
  const sched_param ordinary{};
  if (::sched_setscheduler(0, SCHED_OTHER, &ordinary) < 0) throw_system_error("cannot take an ordinary priority");
  Signal signal;
  std::vector<Fd> entrances;
  if (!receive_signal(state.inside.control, signal, entrances)) ::_exit(static_cast<int>(ExitCode::failed));
  isolate::join(entrances);
  isolate::enter_cgroup_namespace();
}

void take_identity(State& state) {
  if (!state.inside.ids.single() && ::setgroups(0, nullptr) < 0) throw_system_error("cannot drop groups");
  if (::setresgid(0, 0, 0) < 0 || ::setresuid(0, 0, 0) < 0) throw_system_error("cannot become root inside");
  ::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr);  // ENOSYS without keyrings is as good
  ::umask(022);
}

/// Root's layers and shares came id-mapped from the parent. A user's are bound here: his
/// namespace may copy only what it can see itself.
void bind_own(State& state) {
  if (!state.inside.ids.root_is_caller()) return;
  for (const Path& layer : state.inside.spec.layers)
    state.layers.push_back(
        isolate::copy_mount(AT_FDCWD, layer.c_str(), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
  for (const Share& share : state.inside.spec.shares)
    state.shares.push_back(isolate::copy_mount(
        AT_FDCWD, share.source.c_str(),
        MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (share.writable ? 0 : MOUNT_ATTR_RDONLY)));
  if (const auto& upper = state.inside.spec.upper)
    state.disk = isolate::copy_mount(AT_FDCWD, upper->c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

void bound_namespaces(State& state) {
  if (state.inside.spec.nested) isolate::bound_namespaces();
}

void build_root(State& state) {
  isolate::receive_only();
  bind_own(state);
  const isolate::ProjectLimit limit = disk_limit(state.inside.spec.limits);
  if (!state.disk) state.disk = isolate::make_memory_disk(limit.bytes, limit.inodes);
  // Any directory that everybody may enter: the mount on it is ours alone, and gone with the
  // old root. The store is not one: root's is closed to the ids of a sandbox.
  const Fd scratch = checked_fd(::open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", "/tmp");
  state.root = isolate::make_root(state.disk, scratch, state.layers);
}

void mount_proc(State& state) { isolate::mount_masked_proc(state.root); }

/// On the disk, whose limit it shares; but of a folder that was handed in, mountinfo would name
/// the place on the host.
Fd shared_memory(State& state) {
  constexpr std::uint64_t kAttributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if (state.inside.spec.upper) return isolate::make_mount("tmpfs", {{"mode", "1777"}, {"size", "256m"}}, kAttributes);
  return isolate::copy_mount(AT_FDCWD, "shm", kAttributes);
}

void mount_dev(State& state) { isolate::mount_devices(state.root, shared_memory(state)); }

/// A mount that is in the new root only while others are copied from it: what is nowhere mounted
/// cannot be.
class ForAMoment {
 public:
  ForAMoment(const Fd& root, const Fd& mount, std::string_view folder) : root_(root), mount_(mount), folder_(folder) {
    isolate::attach(mount_, isolate::open_or_make_directory(root_, folder_), folder_);
  }
  void end() const {
    const std::string here = fmt::format("/proc/self/fd/{}", mount_.get());
    if (::umount2(here.c_str(), MNT_DETACH) < 0) throw_system_error("cannot unmount", folder_);
    if (::unlinkat(root_.get(), folder_.c_str(), AT_REMOVEDIR) < 0) throw_system_error("cannot remove", folder_);
  }

 private:
  const Fd& root_;
  const Fd& mount_;
  std::string folder_;
};

/// Root's come in a folder; a user's are the host's own nodes.
void show_devices(State& state) {
  constexpr std::uint64_t kNode = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
  const auto& devices = state.inside.spec.devices;
  std::optional<ForAMoment> folder;
  if (state.devices) folder.emplace(state.root, state.devices, "dev/.devices");
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const Fd node = state.devices ? isolate::copy_mount(state.devices.get(), std::to_string(i).c_str(), kNode)
                                  : isolate::copy_mount(AT_FDCWD, devices[i].source.c_str(), kNode);
    isolate::attach(node, isolate::open_or_make_file(state.root, devices[i].target), devices[i].target);
  }
  if (folder) folder->end();
  state.devices.close();
}

void mount_shares(State& state) {
  for (std::size_t i = 0; i < state.shares.size(); ++i) {
    const Share& share = state.inside.spec.shares[i];
    struct stat info {};
    if (::fstat(state.shares[i].get(), &info) < 0) throw_system_error("cannot look at", share.source.native());
    const Fd target = S_ISDIR(info.st_mode) ? isolate::open_or_make_directory(state.root, share.target)
                                            : isolate::open_or_make_file(state.root, share.target);
    isolate::attach(state.shares[i], target, share.target);
  }
}

/// A link that the image has there makes room first. Nothing: it is not to be shown.
Fd place_in_image(State& state, const ShownFile& file) {
  const bool instead = file.where == ShownFile::Where::instead;
  const std::string_view path = std::string_view(file.path).substr(1);
  const std::size_t slash = path.rfind('/');
  const Fd folder = isolate::open_or_make_directory(state.root, slash == path.npos ? "." : path.substr(0, slash));
  const std::string name(path.substr(slash == path.npos ? 0 : slash + 1));
  struct stat info {};
  const bool there = ::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (!there && instead) return {};
  if (there && S_ISLNK(info.st_mode) && !instead && ::unlinkat(folder.get(), name.c_str(), 0) < 0)
    throw_system_error("cannot replace a link of the image", file.path);
  if (there && !S_ISREG(info.st_mode) && instead) return {};
  if (there && S_ISDIR(info.st_mode)) throw Error(ExitCode::input, fmt::format("the image has a directory at '{}'", file.path));
  return isolate::open_or_make_file(state.root, path);
}

Fd place_of(State& state, const ShownFile& file) {
  if (file.where != ShownFile::Where::possible) return place_in_image(state, file);
  try {
    return place_in_image(state, file);
  } catch (const Error&) {
    return {};
  }
}

/// On the disk beside the upper layer: they are no change that the sandbox made.
Fd folder_of_files(State& state) {
  if (::mkdirat(state.disk.get(), "f", 0755) < 0) throw_system_error("cannot make a directory on the disk", "f");
  return checked_fd(::openat(state.disk.get(), "f", O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open on the disk", "f");
}

void show_files_from(State& state, const Fd& folder) {
  int number = 0;
  for (const ShownFile& file : state.inside.spec.files) {
    const Fd target = place_of(state, file);
    if (!target) continue;
    const std::string name = std::to_string(number++);
    const Fd made = checked_fd(::openat(folder.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644),
                               "cannot make a file to show", file.path);
    write_all(made.get(), file.text, file.path);
    isolate::attach(isolate::copy_mount(folder.get(), name.c_str(), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), target, file.path);
  }
}

/// In memory, where the disk is a folder of the host: mountinfo would name its place there, and a
/// bounded one is all the sandbox's.
void show_files(State& state) {
  if (state.inside.spec.files.empty()) return;
  if (!state.inside.spec.upper && !state.inside.spec.disk) return show_files_from(state, folder_of_files(state));
  const Fd memory = isolate::make_mount("tmpfs", {{"mode", "755"}, {"size", "16m"}}, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
  const ForAMoment folder(state.root, memory, "dev/.files");
  show_files_from(state, memory);
  folder.end();
}

/// Filled by the supervisor, who may read the host's folder.
void make_workspace(State& state) {
  if (!state.inside.spec.workspace) return;
  isolate::open_or_make_directory(state.root, kWorkspace);
  state.workspace = isolate::open_beneath(state.root, kWorkspace, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

void change_root(State& state) {
  // /tmp must be there for anybody, whatever the image says; a link would have led elsewhere.
  isolate::open_or_make_directory(state.root, "tmp");
  isolate::pivot_into(state.root);
  if (::fchmodat(AT_FDCWD, "/tmp", 01777, 0) < 0) throw_system_error("cannot open up", "/tmp");
}

void name_the_host(State& state) {
  const std::string& name = state.inside.spec.id;
  if (::sethostname(name.data(), name.size()) < 0) throw_system_error("cannot set the host name");
}

void enter_network(State& state) {
  std::move(*state.network).enter();
  state.network.reset();
}

void bound_resources(State& state) {
  isolate::ResourceLimits limits{.open_files = *state.inside.spec.limits.open_files, .processes = {}};
  if (state.inside.process_limit) limits.processes = state.inside.spec.limits.pids;
  isolate::apply_resource_limits(limits);
}

void leave_the_session(State&) {
  if (::setsid() < 0) throw_system_error("cannot start a session");
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void keep_descriptors(State& state) { state.program = isolate::keep_only(state.inside.control, state.inside.program); }

void cut_powers(State& state) {
  const std::uint64_t more = state.inside.spec.nested ? isolate::kNestingCapabilities : 0;
  isolate::cut_capabilities(isolate::kAgentCapabilities | more);
  die_with_the_supervisor();
}

/// Its domains forbid every mount, also those in a namespace of one's own.
void raise_landlock(State& state) {
  if (!state.inside.spec.nested) isolate::apply_landlock();
}

void pretend_owners(State& state) {
  if (state.inside.spec.pretend_owners && state.inside.ids.single()) isolate::pretend_owners();
}

void raise_seccomp(State& state) {
  isolate::apply_seccomp(state.inside.spec.nested ? isolate::Nesting::allowed : isolate::Nesting::refused);
}

struct Step {
  const char* name;
  void (*act)(State&);
  int stage;  ///< index in kStages of the stage that ends with this step; -1: none
};

constexpr Step kSteps[] = {
    {"network", begin_network, -1},          // first: it takes the kernel as long as all the rest
    {"permission", wait_for_permission, 0},  // the id maps must be written
    {"identity", take_identity, -1},         // root inside: the power to do the rest
    {"namespaces", bound_namespaces, -1},    // by the host's /proc: ours shows it read-only
    {"root", build_root, 1},                 // while the host's file systems are still visible
    {"proc", mount_proc, 2},                 // needs our own pid namespace, and the host's unmasked /proc
    {"dev", mount_dev, 3},                   // from the host's nodes, before the pivot hides them
    {"devices", show_devices, -1},
    {"shares", mount_shares, 4},             // last of the mounts: they may cover anything but /proc and /dev
    {"files", show_files, -1},
    {"workspace", make_workspace, -1},
    {"cgroups", join_cgroups, 5},            // before anything of the sandbox's own can run
    {"pivot", change_root, 6},               // from here on nothing of the host can be named
    {"host name", name_the_host, -1},
    {"enter network", enter_network, -1},    // until here we were in the host's
    {"resources", bound_resources, -1},
    {"session", leave_the_session, 7},
};

constexpr Step kLastSteps[] = {
    {"descriptors", keep_descriptors, -1},
    {"capabilities", cut_powers, -1},   // after everything that needs them; re-arms the death signal
    {"landlock", raise_landlock, -1},   // needs no_new_privs
    {"owners", pretend_owners, -1},     // needs no_new_privs; the next one allows what this answers
    {"seccomp", raise_seccomp, -1},     // last: it forbids what came before
};

[[noreturn]] void report(const Fd& pipe, const char* step, const Error& error) {
  // The numeric code, the message and the hint, on three lines. Nothing can be done about a
  // failure to write: the parent sees the end either way.
  const std::string text =
      fmt::format("{}\n{} (step '{}')\n{}", static_cast<int>(error.code()), error.what(), step, error.hint());
  [[maybe_unused]] const ssize_t n = ::write(pipe.get(), text.data(), text.size());
  ::_exit(static_cast<int>(ExitCode::failed));
}

}  // namespace

void go_inside(Inside inside) {
  State state{.inside = inside};
  // Above the numbers that the agent will use: its standard descriptors and the control socket.
  const Fd pipe = checked_fd(::fcntl(inside.report.get(), F_DUPFD_CLOEXEC, 20), "cannot move a descriptor");
  inside.report.close();
  const char* at = "start";
  try {
    die_with_the_supervisor();
    Stopwatch watch;
    Signal answer;
    for (const Step& step : kSteps) {
      at = step.name;
      step.act(state);
      if (step.stage < 0) continue;  // its time counts for the stage that follows
      answer.stage_us[static_cast<std::size_t>(step.stage)] = static_cast<std::uint32_t>(watch.lap_ms() * 1000);
    }
    std::vector<int> descriptors = {state.disk.get()};
    if (state.workspace) descriptors.push_back(state.workspace.get());
    send_signal(inside.control, answer, descriptors);
    for (const Step& step : kLastSteps) {
      at = step.name;
      step.act(state);
    }
    at = "agent";
    isolate::become(state.program, "sandbox-agent");
  } catch (const Error& error) {
    report(pipe, at, error);
  } catch (const std::exception& error) {
    report(pipe, at, Error(ExitCode::failed, error.what()));
  }
}

}  // namespace sandbox::engine
