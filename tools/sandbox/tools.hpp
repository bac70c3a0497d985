#pragma once
// The table of tools: what exists, by family, in the order of a first encounter.
#include <array>
#include <string_view>

namespace sandbox {

struct Tool {
  std::string_view family;
  std::string_view name;  ///< without "sandbox-"
  std::string_view does;
};

inline constexpr std::array kTools = {
    Tool{"life", "build", "recipe → image"},
    Tool{"life", "run", "image, command → runs it in a sandbox of its own; nothing is left"},
    Tool{"life", "launch", "image → sandbox"},
    Tool{"life", "exec", "a command in a sandbox"},
    Tool{"life", "copy", "files in and out; --changes gives the patch of what the sandbox changed"},
    Tool{"life", "change", "a running sandbox's TTL, labels, limits and doors; --pause, --resume"},
    Tool{"life", "list", "sandboxes or images, with live usage"},
    Tool{"life", "snapshot", "sandbox → image of its files, and of a virtual machine"},
    Tool{"life", "reap", "sandboxes, or what the store finds → ended, and what was freed"},
    Tool{"life", "doctor", "what this host can do, what not, the exact fix"},
    Tool{"proof", "scan", "recipe or image → findings (SARIF, code quality), SBOM"},
    Tool{"proof", "comment", "records → one comment on the merge request, updated in place; or a Matrix message"},
    Tool{"proof", "test", "suite or test cases in a sandbox → report, JUnit"},
    Tool{"proof", "bench", "image → distributions per stage; comparison with a baseline"},
    Tool{"proof", "metrics", "store and log → Prometheus text"},
    Tool{"agents", "log", "the audit log: history, verification, replay, cost"},
};

}  // namespace sandbox
