#include "changes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "base_tree.hpp"
#include "isolate/namespaces.hpp"
#include "patch.hpp"
#include "seen_tree.hpp"

namespace sandbox::tool {

namespace {

constexpr std::uint64_t kLargest = std::uint64_t{4} << 20;  // of text that anybody reviews

std::uint32_t git_mode(std::uint32_t mode) { return S_ISLNK(mode) ? 0120000 : (mode & 0100) != 0 ? 0100755 : 0100644; }

bool has_content(std::uint32_t mode) { return S_ISREG(mode) || S_ISLNK(mode); }

const char* kind_of(std::uint32_t mode) {
  return S_ISDIR(mode) ? "a folder" : S_ISFIFO(mode) ? "a fifo" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/// Git's own files are part of no patch: it refuses them.
bool is_gits(const std::string& path) {
  for (const std::string_view part : split(path, '/'))
    if (part == ".git") return true;
  return false;
}

class Comparison {
 public:
  Comparison(const BaseTree& base, const SeenTree& seen, record::Changes& changes) : base_(base), seen_(seen), changes_(changes) {}
  void run();

 private:
  void added(const std::string& path, const SeenFile& now);
  void deleted(const std::string& path, const BaseFile& was);
  void both(const std::string& path, const BaseFile& was, const SeenFile& now);
  std::optional<Version> version(const BaseFile& was);
  std::optional<Version> version(const SeenFile& now);
  Version written(std::uint32_t mode, const std::string& content);
  void patch(const std::string& path, const char* status, const std::optional<Version>& before, const std::optional<Version>& after);
  void other(const std::string& path, const char* status, const std::string& reason);
  void note(record::FileChange change);

  const BaseTree& base_;
  const SeenTree& seen_;
  record::Changes& changes_;
  std::set<std::string> has_children_;
  std::size_t number_ = 0;
};

void Comparison::note(record::FileChange change) {
  if (changes_.files.size() < record::Changes::kMaxFiles) changes_.files.push_back(std::move(change));
  else changes_.truncated = true;
}

void Comparison::other(const std::string& path, const char* status, const std::string& reason) { note({path, status, false, reason}); }

Version Comparison::written(std::uint32_t mode, const std::string& content) {
  const Path path = seen_.directory.path() / fmt::format("base-{}", number_++);
  replace_file(path, content);
  return {git_mode(mode), path};
}

/// Nothing when it cannot be read or is too large.
std::optional<Version> Comparison::version(const BaseFile& was) {
  if (S_ISLNK(was.mode)) return written(was.mode, was.target);
  const Fd file = was.open ? was.open() : Fd();
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode) || static_cast<std::uint64_t>(info.st_size) > kLargest)
    return std::nullopt;
  return written(was.mode, read_all(file.get(), 2 * kLargest, "the base"));
}

std::optional<Version> Comparison::version(const SeenFile& now) {
  if (S_ISLNK(now.mode)) return written(now.mode, now.target);
  if (now.content.empty()) return std::nullopt;
  return Version{git_mode(now.mode), now.content};
}

void Comparison::patch(const std::string& path, const char* status, const std::optional<Version>& before,
                       const std::optional<Version>& after) {
  if (is_gits(path)) return other(path, status, "git's own");
  for (const auto* side : {&before, &after})
    if (*side && !is_text((*side)->content)) return other(path, status, "binary");
  const auto text = git_patch(path, before, after);
  if (!text) return other(path, status, "too different");
  if (text->empty()) return;
  const bool fits = changes_.patch.size() + text->size() <= record::Changes::kMaxPatch;
  if (fits) changes_.patch += *text;
  else changes_.truncated = true;
  note({path, status, fits, fits ? std::nullopt : std::optional<std::string>("too large")});
}

void Comparison::added(const std::string& path, const SeenFile& now) {
  if (now.is_unchanged) return;  // it was there, and is gone here since
  if (S_ISDIR(now.mode)) {
    if (!has_children_.contains(path)) other(path, "added", "an empty folder");
    return;
  }
  if (!has_content(now.mode)) return other(path, "added", kind_of(now.mode));
  const auto after = version(now);
  if (!after) return other(path, "added", "too large");
  patch(path, "added", std::nullopt, after);
}

void Comparison::deleted(const std::string& path, const BaseFile& was) {
  if (was.is_later || S_ISDIR(was.mode) || !has_content(was.mode)) return;  // folders go with what was in them
  const auto before = version(was);
  if (!before) return other(path, "deleted", "too large, or not to be read");
  patch(path, "deleted", before, std::nullopt);
}

void Comparison::both(const std::string& path, const BaseFile& was, const SeenFile& now) {
  if (now.is_unchanged || (S_ISDIR(was.mode) && S_ISDIR(now.mode))) return;
  if (was.is_later && S_ISLNK(was.mode) && was.target == now.target) return;
  if ((was.mode & S_IFMT) != (now.mode & S_IFMT)) {
    deleted(path, was);
    return added(path, now);
  }
  if (!has_content(now.mode)) return;
  const auto before = version(was), after = version(now);
  if (!before || !after) return other(path, "changed", "too large");
  const bool is_same = read_file(before->content, 2 * kLargest) == read_file(after->content, 2 * kLargest);
  if (was.is_later) return is_same ? void() : other(path, "changed", "changed on both sides");
  if (is_same && before->mode == after->mode) {
    if ((was.mode & 07777) == (now.mode & 07777)) return;
    return other(path, "changed", fmt::format("mode {:04o}, was {:04o}", now.mode & 07777, was.mode & 07777));
  }
  patch(path, "changed", before, after);
}

/// Both maps are in the order of paths.
void Comparison::run() {
  for (const auto& [path, file] : seen_.files)
    if (const std::size_t slash = path.rfind('/'); slash != path.npos) has_children_.insert(path.substr(0, slash));
  auto was = base_.files.begin();
  auto now = seen_.files.begin();
  while (was != base_.files.end() || now != seen_.files.end()) {
    stop_if_asked();
    if (now == seen_.files.end() || (was != base_.files.end() && was->first < now->first)) {
      deleted(was->first, was->second);
      ++was;
    } else if (was == base_.files.end() || now->first < was->first) {
      added(now->first, now->second);
      ++now;
    } else {
      both(was->first, was->second, now->second);
      ++was, ++now;
    }
  }
}

/// "/a//b/." → "/a/b". Links in it would make another folder of it than the base has.
std::string plain_path(const std::string& path) {
  std::string plain;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") throw Error(ExitCode::input, fmt::format("'{}': give the path without '..'", visible(path)));
    plain += fmt::format("/{}", part);
  }
  return plain.empty() ? "/" : plain;
}

}  // namespace

record::Changes changes_of(const Reach& reach, const store::Store& store, const std::optional<std::string>& path) {
  // A user may own what he may not read, in the layers and in his folders. To the supervisor he is
  // who he was.
  if (::geteuid() != 0) isolate::become_root_of_own_files();
  const record::Sandbox& sandbox = reach.record();
  record::Changes changes;
  changes.sandbox = sandbox.id;
  changes.path = plain_path(path.value_or(sandbox.workspace ? "/workspace" : "/"));
  const BaseTree base = base_tree(store, sandbox, changes.path);
  changes.base = base.name;
  const SeenTree seen = see_tree(reach, changes.path, base.since, kLargest);
  Comparison(base, seen, changes).run();
  return changes;
}

}  // namespace sandbox::tool
