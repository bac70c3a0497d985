#pragma once
// Host check: what sandbox-doctor(1) looks at, by the stable names of its lines. An error that is
// the host's (exit code 3) names the one that explains it.
#include <string_view>

namespace sandbox {

enum class HostCheck {
  kernel, namespaces, apparmor, subuid, network, overlay, id_mapping, masks, devices, privileges, landlock, seccomp,
  cgroups, memory, cpu, pids, disk, container, kvm,
  programs,  ///< a group of lines, one for each
  doors, installation, store, space, debris, log,
};

/// As its line is called; `id-mapping` for id_mapping.
std::string_view name_of(HostCheck check) noexcept;

}  // namespace sandbox
