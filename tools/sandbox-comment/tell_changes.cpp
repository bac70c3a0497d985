// sandbox.changes/1: what a sandbox changed of the files it was given.
#include <fmt/format.h>

#include "forge/markdown.hpp"
#include "record/changes.hpp"
#include "section.hpp"

namespace sandbox::tool {

Sections tell_changes(const Json& record, const Setting&) {
  const auto changes = record.get<record::Changes>();
  std::string list;
  for (const record::FileChange& file : changes.files)
    list += fmt::format("{:8} {}{}\n", file.status, file.path, file.reason ? fmt::format("  ({})", *file.reason) : "");
  const std::string title = fmt::format("{} changed {}", changes.files.size(), changes.files.size() == 1 ? "file" : "files");
  Section files{"changed files", 50, 25, "", {title + " in", {changes.path}}};
  files.text = changes.files.empty() ? "No files were changed.\n" : folded(title, forge::fence(list, {100, 8192}));
  if (changes.patch.empty()) return {files};
  Section patch{"patch", 51, 5, folded("The patch", forge::fence(changes.patch, {400, 24'576})), {"the patch", {}}};
  return {files, patch};
}

}  // namespace sandbox::tool
