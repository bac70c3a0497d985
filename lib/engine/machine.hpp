#pragma once
// Machine: one isolated computer, whatever isolates it. The supervisor owns exactly one and
// knows no more about it than this.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/file.hpp"
#include "isolate/subordinate.hpp"
#include "record/limits.hpp"
#include "record/usage.hpp"
#include "record/wall.hpp"

namespace sandbox::engine {

/// A folder of the host (or a named cache) that shows inside.
struct Share {
  Path source;
  std::string target;  ///< absolute, inside
  bool writable = false;
};

/// A device of the host that shows inside, as a node that belongs to root there.
struct DeviceNode {
  Path source;
  std::string target;  ///< absolute, inside
  unsigned mode = 0666;
};

/// A small file that shows inside, over whatever the image has there.
struct ShownFile {
  enum class Where {
    always,    ///< or the sandbox does not start
    instead,   ///< only over a file that the image has
    possible,  ///< an image that has no place for it goes without
  };
  std::string path;  ///< absolute, inside
  std::string text;
  Where where = Where::always;
};

/// A folder of the store that takes what a sandbox writes, made when it starts.
struct DiskFolder {
  Path path;
  std::string by;  ///< what bounds it, as its wall says
};

/// What a machine with a kernel of its own is made of; all of it is in the store.
struct Virtual {
  Path folder;    ///< vmlinuz, initramfs, and the tree in which QEMU runs; see vm/folder.hpp
  Path image;     ///< the layers as one file system; see vm/pack.hpp
  Path disk;      ///< an empty one with the limit of the sandbox's, to be copied; see vm/disk.hpp
  Path scratch;   ///< a folder for the copy
  std::optional<Path> keeper;  ///< the socket of a template's; nothing: it starts from nothing
  bool cable = true;  ///< to the network around it; without one it has no doors
  bool kvm = false;  ///< hardware virtualization; else the processor is emulated
  std::optional<Path> saved;  ///< a machine that ran, which this one goes on from; see vm/saved.hpp
};

/// What to start. Made by the launcher, carried out by the supervisor.
struct Spec {
  std::string id;
  int place = 0;
  Path directory;              ///< the sandbox's own, in the store
  std::vector<Path> layers;    ///< trees, lowest first
  std::vector<Share> shares;
  std::vector<DeviceNode> devices;
  std::vector<ShownFile> files;
  std::optional<Path> workspace;  ///< a folder of the host, copied to /workspace
  std::optional<DiskFolder> disk;  ///< nothing: memory, unless there is an `upper`
  /// An empty folder of the host that takes what is written instead: in it `u` is the upper
  /// directory, with plain ids. Only its owner bounds it.
  std::optional<Path> upper;
  bool pretend_owners = false;  ///< with a single id, changes of owner succeed and do nothing
  record::Limits limits;       ///< complete
  std::optional<Virtual> vm;   ///< for the engine of that name
  bool nested = false;         ///< namespaces may be made inside
  std::vector<std::string> allow_missing;  ///< walls that may be absent
  std::vector<std::string> require;        ///< walls that must be up
  std::optional<isolate::SubordinateIds> subordinate;  ///< a user's further ids
};

/// What the kernel counted against the limits; see record::Verdict for what follows from it.
struct Counters {
  std::uint64_t memory_kills = 0;
  std::uint64_t pids_hits = 0;
  std::uint64_t disk_hits = 0;                    ///< where the kernel tells of them
  std::optional<std::uint64_t> disk_left_bytes;  ///< where it does not
};

/// What an agent's side says of itself.
struct Inner {
  std::uint64_t memory_kills = 0, pids_hits = 0, processes = 0, disk_used_bytes = 0, disk_left_bytes = 0;
};

/// A machine with a kernel of its own, by which it is saved: see vm/saved.hpp.
struct Running {
  Fd sleep;    ///< to its bridge; see wire::Sleep
  Fd monitor;  ///< QEMU's
  Fd memory;   ///< from `address` on, as pread(2) reads it
  Fd disk;
  std::uint64_t address = 0;
  // Of a copy; else the memory is a file as well. What it has not touched must not be looked for in its memory: even to be
  // read, each such page would be given to the template, which is sparse.
  Fd below;  ///< the template's memory
  Fd pages;  ///< which ones it has: pagemap of proc(5)
};

/// What a sandbox has written: descriptors to copy it by.
struct Written {
  Fd upper;  ///< O_PATH; as its overlay keeps it, with deletions: see image/written.hpp
  Fd users;  ///< the user namespace whose ids own the files
  std::optional<Running> running = {};  ///< instead of both
};

class Machine {
 public:
  virtual ~Machine() = default;

  /// Waits until PID 1 runs; throws Error with what went wrong. Before, it is under way, and
  /// what is sent over control() waits for the agent.
  virtual void await_start() = 0;

  virtual const std::vector<record::Wall>& walls() const = 0;
  virtual const std::map<std::string, double>& timings_ms() const = 0;
  virtual int pid() const = 0;              ///< of the agent (container) or QEMU (vm)
  virtual const Fd& control() const = 0;    ///< SOCK_SEQPACKET to the agent; see wire/frame.hpp
  virtual const Fd& ending() const = 0;     ///< readable once the machine is gone
  virtual int cgroup() const = 0;           ///< directory to hand to the agent, or -1

  virtual Fd take_workspace() = 0;          ///< the empty /workspace, when one was asked for
  virtual std::optional<unsigned> owner() const = 0;  ///< host uid of root inside, if not ours

  /// Why the limits that are set in `wanted` (memory, disk, pids, cpus) cannot be changed now;
  /// nothing when limit() can be tried.
  virtual std::optional<std::string> objection(const record::Limits& wanted) const = 0;
  virtual void limit(const record::Limits& wanted) = 0;

  /// Everything inside stands still, or goes on. Throws when it does not come to rest.
  virtual void freeze(bool still) = 0;

  /// The files that it has written: whole only while it is held, and of no use once it has
  /// ended. Throws Error(input) when such a machine has none to give.
  virtual Written snapshot() const = 0;
  /// While somebody copies that, and afterwards. Throws as freeze() does.
  virtual void hold(bool still) { freeze(still); }

  virtual record::Usage usage() const = 0;
  virtual Counters counters() = 0;
  /// What a kernel inside has counted: nobody outside sees that.
  virtual void heard(const Inner&) {}

  /// Kills everything inside, and does not wait for it.
  virtual void kill() noexcept = 0;
  /// Kills, waits and frees; returns how many cgroups. Safe to repeat.
  virtual std::uint64_t end() = 0;
};

}  // namespace sandbox::engine
