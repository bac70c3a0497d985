#include "base/host_check.hpp"

namespace sandbox {

std::string_view name_of(HostCheck check) noexcept {
  switch (check) {
    case HostCheck::kernel: return "kernel";
    case HostCheck::namespaces: return "namespaces";
    case HostCheck::apparmor: return "apparmor";
    case HostCheck::subuid: return "subuid";
    case HostCheck::network: return "network";
    case HostCheck::overlay: return "overlay";
    case HostCheck::id_mapping: return "id-mapping";
    case HostCheck::masks: return "masks";
    case HostCheck::devices: return "devices";
    case HostCheck::privileges: return "privileges";
    case HostCheck::landlock: return "landlock";
    case HostCheck::seccomp: return "seccomp";
    case HostCheck::cgroups: return "cgroups";
    case HostCheck::memory: return "memory";
    case HostCheck::cpu: return "cpu";
    case HostCheck::pids: return "pids";
    case HostCheck::disk: return "disk";
    case HostCheck::container: return "container";
    case HostCheck::kvm: return "kvm";
    case HostCheck::programs: return "programs";
    case HostCheck::doors: return "doors";
    case HostCheck::installation: return "installation";
    case HostCheck::store: return "store";
    case HostCheck::space: return "space";
    case HostCheck::debris: return "debris";
    case HostCheck::log: return "log";
  }
  return {};
}

}  // namespace sandbox
