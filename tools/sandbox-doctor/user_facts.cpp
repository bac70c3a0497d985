#include "user_facts.hpp"

namespace sandbox::tool {

namespace {

/// The first word of a file below /proc/sys; empty when it is missing or closed to us.
std::string setting(const Path& root, const char* name) {
  std::string text;
  try {
    text = read_file_if_exists(root / "proc/sys" / name, 4096).value_or("");
  } catch (const Error&) {
    return {};
  }
  return text.substr(0, text.find('\n'));
}

constexpr const char* kLiftAppArmor = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";

/// What keeps this user from making one, the most frequent reason first.
std::optional<Fix> fix_for(const UserFacts& facts, const Tried& tried) {
  if (facts.most == "0") return Fix{"sysctl -w user.max_user_namespaces=15000", true, true};
  if (facts.uid != 0 && facts.clone_allowed == "0") return Fix{"sysctl -w kernel.unprivileged_userns_clone=1", true, true};
  // For every program of the host: that is for its administrator to decide.
  if (facts.uid != 0 && facts.apparmor == "1") return Fix{kLiftAppArmor, true, false};
  return advice(tried.hint.empty() ? "a container around this must allow clone3(2) and mounts: see its seccomp profile" : tried.hint);
}

}  // namespace

UserFacts UserFacts::read(unsigned uid, const Path& root) {
  return {uid, setting(root, "kernel/unprivileged_userns_clone"),
          setting(root, "kernel/apparmor_restrict_unprivileged_userns"), setting(root, "user/max_user_namespaces")};
}

DiagnosisLine judge_namespaces(const UserFacts& facts, const Tried& tried) {
  auto line = line_of(HostCheck::namespaces, "isolation", Need::required,
                      "a sandbox has a user, mount, process, ipc and host name namespace of its own");
  return tried.holds ? ok(std::move(line), tried.found) : lacking(std::move(line), tried.found, fix_for(facts, tried));
}

DiagnosisLine judge_apparmor(const UserFacts& facts, const Tried& namespaces) {
  const bool restricts = facts.apparmor == "1";
  const bool bars = restricts && facts.uid != 0 && !namespaces.holds;
  auto line = line_of(HostCheck::apparmor, "isolation", bars ? Need::required : Need::optional,
                      "it can take all rights in a user namespace from programs that have no profile");
  if (bars) return lacking(std::move(line), "it restricts user namespaces of users, and these tools have no profile", Fix{kLiftAppArmor, true, false});
  if (!restricts) return ok(std::move(line), facts.apparmor.empty() ? "it knows of no such restriction here" : "no restriction");
  return ok(std::move(line), facts.uid == 0 ? "it restricts users, not root" : "a profile allows it");
}

}  // namespace sandbox::tool
