#pragma once
// Store: the two directories that hold everything. `state` survives a reboot (layers, images,
// caches); `run` does not (sandboxes, places). Both are 0700 and belong to whoever runs us,
// or we refuse: somebody else's store could feed us his images.
#include "base/file.hpp"

namespace sandbox::store {

class Store {
 public:
  /// SANDBOX_STORE=DIR puts `state` in DIR and `run` in DIR/run. Otherwise root has
  /// /var/lib/sandbox and /run/sandbox, users have $XDG_DATA_HOME/sandbox (~/.local/share)
  /// and $XDG_RUNTIME_DIR/sandbox (without one: run/ in the data directory).
  static Store open();

  /// The same store, whether it is there or not: nothing is made, nothing is checked.
  static Store where();

  /// Refuses a directory of a store that is not ours alone: throws Error(host). The store itself
  /// then closes it to others; `false` says that it has to.
  static bool is_private(const Path& directory);

  /// The store whose directories somebody else has opened before us.
  static Store at(Path state, Path run) { return Store(std::move(state), std::move(run)); }

  const Path& state() const noexcept { return state_; }
  const Path& run() const noexcept { return run_; }

  Path layers() const { return state_ / "layers"; }        ///< layers/HEX/{tree,layer.json}
  Path images() const { return state_ / "images"; }        ///< images/HEX.json, images/names/NAME
  Path keys() const { return state_ / "keys"; }            ///< keys/HEX: what determined a build → digest
  Path caches() const { return state_ / "caches"; }        ///< caches/SCOPE/NAME
  Path disks() const { return state_ / "disks"; }          ///< disks/ID: what a sandbox writes, where quota bounds it
  Path disk_image() const { return state_ / "disks.image"; }  ///< mounted on disks(), where the host has no quota
  Path machines() const { return state_ / "machines"; }    ///< machines/{kernels,packs,disks}/: what virtual machines are made of
  Path vulnerabilities() const { return state_ / "vulnerabilities.sqlite"; }  ///< of OSV, for sandbox-scan
  Path log() const { return state_ / "log"; }              ///< the audit log, made with its first entry
  Path temporary() const { return state_ / "temporary"; }  ///< unfinished work, swept by sandbox-reap
  Path sandboxes() const { return run_ / "sandboxes"; }    ///< sandboxes/ID/
  Path places() const { return run_ / "places"; }          ///< places/N.lock, never unlinked
  Path ended() const { return run_ / "ended"; }            ///< ended/ID.json, kept 24 h

 private:
  Store(Path state, Path run) : state_(std::move(state)), run_(std::move(run)) {}
  Path state_;
  Path run_;
};

}  // namespace sandbox::store
