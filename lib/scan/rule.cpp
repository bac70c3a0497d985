#include "scan/rule.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using enum record::Severity;

constexpr std::array kRules = {
    Rule{"secret", critical, "A token or a private key is in a file.", "Revoke it, take it out, and give it at run time with --secret."},
    Rule{"empty-password", critical, "An account of the image lets everybody in.", "Lock it: passwd --lock."},
    Rule{"pipe-to-shell", high, "What a server sends is run unseen.", "Fetch it, check its SHA-256, and run it then."},
    Rule{"secret-in-env", high, "A variable whose name says secret has its value in the recipe.", "Leave it out, and give it at run time with --secret."},
    Rule{"no-verification", high, "A check of certificates or signatures is turned off.", "Leave the check on; add the certificate that it lacks."},
    Rule{"open-network", high, "Every host of the internet may be reached.", "Name the hosts that are needed."},
    Rule{"old-base", high, "The distribution gets no security updates any more.", "Take a release that does."},
    Rule{"passwordless-sudo", high, "Anybody inside may become root.", "Let the recipe's user do without sudo."},
    Rule{"set-id", high, "A program has the rights of its owner for whoever runs it.", "Leave out the set-user-ID and set-group-ID bits and capabilities."},
    Rule{"second-root", high, "An account besides root has its id 0.", "Give it an id of its own."},
    Rule{"host-key", medium, "All sandboxes of an image have the same key of an SSH server.", "Remove it; sandboxes make their own."},
    Rule{"credential-file", high, "A file in which programs keep passwords and tokens is in the image.", "Remove it, and give it at run time with --secret."},
    Rule{"weak-run-path", high, "A program takes its libraries from where others may put some.", "Link it without that path."},
    Rule{"vulnerability", medium, "A package has a vulnerability that is known.", "Build anew, or take the version that has the fix."},
    Rule{"unpinned", medium, "The next build may take something else.", "Write recipe.lock with sandbox-build --update-lock."},
    Rule{"unlocked-install", medium, "A command installs what no lock holds.", "Use a step 'packages', 'pip' or 'npm'."},
    Rule{"unchecked-download", medium, "What is downloaded is compared with nothing.", "Compare it with its SHA-256 before it is used."},
    Rule{"plain-http", medium, "What is downloaded can be changed on its way.", "Use https."},
    Rule{"unknown-base", medium, "Nobody says where the files of the base come from.", "Begin with a distribution or a recipe."},
    Rule{"moving-base", medium, "The name of the base means another release tomorrow.", "Name the release."},
    Rule{"wide-network", medium, "A door leads to more than one host, or is not looked at.", "Name the hosts, without a wildcard and /raw."},
    Rule{"world-writable", medium, "Everybody inside may change a file.", "Take the right to write from others."},
    Rule{"password-hash", medium, "The hash of a password is there for everybody to try.", "Lock the account: passwd --lock."},
    Rule{"executable-stack", medium, "What is on a program's stack can be run.", "Link it with -z noexecstack."},
    Rule{"nested", medium, "Code inside may make namespaces, and so reach more of the kernel.", "Leave 'nested' out unless it is needed."},
    Rule{"devices", medium, "Code inside reaches drivers of the host.", "Leave 'devices' out unless they are needed."},
    Rule{"no-limits", low, "Memory or processes have no limit of their own.", "Set 'memory' and 'pids' in 'resources'."},
    Rule{"no-tests", low, "Nothing tests the image.", "Write a tests.yaml beside the recipe."},
    Rule{"no-user", low, "Commands run as root of the sandbox.", "Set 'user'."},
    Rule{"set-id-of-package", low, "A program that a package brought has the rights of its owner.", "Leave the package out if nothing needs it."},
    Rule{"elf-hardening", low, "A program lacks protections that compilers have.", "Build it with -fPIE -pie -z relro."},
    Rule{"unused-allow", low, "A comment allows what is not there.", "Take the comment out."},
};

}  // namespace

std::span<const Rule> rules() { return kRules; }

const Rule* find_rule(std::string_view id) {
  const auto found = std::ranges::find(kRules, id, &Rule::id);
  return found == kRules.end() ? nullptr : &*found;
}

std::string nearest_rule(std::string_view word) {
  std::vector<std::string_view> ids;
  for (const Rule& rule : kRules) ids.push_back(rule.id);
  return nearest(word, ids);
}

}  // namespace sandbox::scan
