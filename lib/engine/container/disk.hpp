#pragma once
// Disk: what takes everything that one sandbox writes, and bounds it: a folder that belongs to
// a project of its own, or memory. The container asks it what is used and how often it was full.
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/machine.hpp"
#include "isolate/namespaces.hpp"
#include "isolate/project_quota.hpp"
#include "isolate/quota_events.hpp"

namespace sandbox::engine {

/// Limits of the walls `disk`: one inode per 16 KiB, as ext4 gives, so that many small files
/// end before the memory does.
isolate::ProjectLimit disk_limit(const record::Limits& limits);

/// The wall as the record shows it.
record::Wall disk_wall(const Spec& spec);

class Disk {
 public:
  /// In memory: made by the child, who shows it to found().
  Disk() = default;
  /// Makes the folder of the spec, with the limits of the sandbox, for root inside.
  static Disk make_folder(const Spec& spec, const isolate::IdMap& ids);

  /// Another limit, while it is used; only of a folder.
  bool can_be_limited() const { return project_.has_value(); }
  void limit(const record::Limits& limits);

  void found(Fd directory) { directory_ = std::move(directory); }
  Fd upper() const;  ///< what takes the sandbox's files on it; O_PATH
  std::optional<std::uint64_t> used_bytes() const;
  std::optional<std::uint64_t> left_bytes() const;  ///< 0 when no inode is left
  /// How often somebody was refused space or an inode, where the kernel tells. Then nobody
  /// needs to guess by what is left, which XFS says too late.
  bool tells_hits() const { return events_.has_value(); }
  std::uint64_t hits();

 private:
  std::optional<isolate::ProjectUse> use() const;

  Fd directory_;
  std::optional<std::uint32_t> project_;
  isolate::ProjectLimit limit_;
  std::optional<isolate::QuotaEvents> events_;
  std::uint64_t hits_ = 0;
};

/// Ends the limits of a folder of make_folder() and renames it away, ready to be removed; where
/// to. Nothing when there is none. Safe to repeat, and beside others who do the same.
std::optional<Path> put_away_disk(const Path& folder);

}  // namespace sandbox::engine
