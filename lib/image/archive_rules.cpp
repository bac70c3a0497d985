#include "image/archive_rules.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <unordered_map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "image/deletion.hpp"
#include "image/tar_reader.hpp"

namespace sandbox::image {

namespace {

using Kind = Member::Kind;

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxPath = 4000;  // the kernel's 4096, less the place of the layer
constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaqueName = ".wh..wh..opq";

/// Half a hash stands for a path: millions of names must not fill the memory.
using Key = std::array<std::uint64_t, 2>;

struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept { return key[0]; }
};

Key key_of(std::string_view path) {
  digest::Sha256 sum;
  sum.update(path);
  const digest::Sha256::Bytes bytes = std::move(sum).finish();
  Key key{};
  std::memcpy(key.data(), bytes.data(), sizeof key);
  return key;
}

class Rules {
 public:
  Rules(std::string_view shown, Whiteouts whiteouts, const Bounds& bounds)
      : shown_(shown), whiteouts_(whiteouts), bounds_(bounds) {}

  void take(const Member& member);
  Contents finish() &&;

 private:
  struct Entry {
    Kind kind;
    bool implied = false;
  };

  [[noreturn]] void refuse(std::string_view name, std::string_view why) const {
    throw Error(ExitCode::input, fmt::format("in the archive '{}', '{}' {}", visible(shown_), visible(name.substr(0, 200)), why));
  }
  std::string normal(const Member& member, std::string_view name) const;
  void count(const Member& member);
  void take_parents(const Member& member, const std::string& path);
  bool take_whiteout(const Member& member, const std::string& path);
  Kind kind_below(const Member& member) const;
  void add(const Member& member, const std::string& path, Kind kind);

  std::string shown_;
  Whiteouts whiteouts_;
  Bounds bounds_;
  std::uint64_t files_ = 0, bytes_ = 0;
  std::unordered_map<Key, Entry, KeyHash> seen_;
  std::vector<std::string> implied_;
  Contents contents_;
};

/// As tar unpacks it: from the top of the layer, however it begins.
std::string Rules::normal(const Member& member, std::string_view name) const {
  std::string path;
  std::size_t depth = 0;
  for (const std::string_view part : split(name, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") refuse(member.name, "leads out of it");
    if (part.size() > kMaxName) refuse(member.name, fmt::format("has a name of more than {} bytes", kMaxName));
    if (++depth > bounds_.depth) refuse(member.name, "is nested too deeply");
    path += path.empty() ? "" : "/";
    path += part;
  }
  if (path.size() > kMaxPath) refuse(member.name, fmt::format("has a path of more than {} bytes", kMaxPath));
  return path;
}

void Rules::count(const Member& member) {
  bytes_ += std::min(member.size, bounds_.bytes + 1);
  if (bytes_ > bounds_.bytes) refuse(member.name, "makes it unpack to too many bytes");
  if (++files_ > bounds_.files) refuse(member.name, "is one file too many");
}

void Rules::take_parents(const Member& member, const std::string& path) {
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    const std::string parent = path.substr(0, end);
    const auto [found, is_new] = seen_.try_emplace(key_of(parent), Entry{Kind::directory, true});
    if (is_new) implied_.push_back(parent);
    if (found->second.kind != Kind::directory)
      refuse(member.name, fmt::format("goes through '{}', which is no directory", visible(parent)));
  }
}

/// Names that only some builders' own file systems know ("/.wh..wh.plnk") mean nothing here.
bool Rules::take_whiteout(const Member& member, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "" : path.substr(0, slash);
  const std::string name = slash == path.npos ? path : path.substr(slash + 1);
  for (const std::string_view part : split(parent, '/'))
    if (whiteouts_ == Whiteouts::deletions && part.starts_with(kWhiteout)) refuse(member.name, "is below a deletion");
  if (whiteouts_ == Whiteouts::plain_names || !name.starts_with(kWhiteout)) return false;
  if (member.kind != Kind::file && member.kind != Kind::hard_link) refuse(member.name, "is a deletion that is no file");
  if (name == kOpaqueName) {
    contents_.opaque.push_back(parent);
    return true;
  }
  const std::string gone = name.substr(kWhiteout.size());
  if (gone.starts_with(kWhiteout)) return true;
  if (gone.empty() || gone == "." || gone == "..") refuse(member.name, "deletes nothing that has a name");
  contents_.whiteouts.push_back(parent.empty() ? gone : parent + "/" + gone);
  return true;
}

/// Of a hard link, what it is another name of.
Kind Rules::kind_below(const Member& member) const {
  if (member.kind != Kind::hard_link) return member.kind;
  const auto target = seen_.find(key_of(normal(member, member.target)));
  if (target == seen_.end())
    refuse(member.name, fmt::format("is a hard link to '{}', which does not stand before it", visible(member.target)));
  if (target->second.kind == Kind::directory) refuse(member.name, "is a hard link to a directory");
  return target->second.kind;
}

void Rules::add(const Member& member, const std::string& path, Kind kind) {
  const auto [found, is_new] = seen_.try_emplace(key_of(path), Entry{kind, false});
  if (is_new) return;
  if (kind != Kind::directory || found->second.kind != Kind::directory) refuse(member.name, "is in it twice");
  found->second.implied = false;
}

void Rules::take(const Member& member) {
  const std::string path = normal(member, member.name);
  count(member);
  if (member.kind == Kind::device) refuse(member.name, "is a device");
  for (const std::string& attribute : member.attributes)
    if (is_overlays(attribute) || attribute.starts_with("trusted.overlay."))
      refuse(member.name, fmt::format("has the overlay's attribute '{}'", visible(attribute)));
  if (member.kind == Kind::link && (member.target.empty() || member.target.size() > kMaxPath))
    refuse(member.name, "is a link to nothing that can be");
  if (path.empty()) {
    if (member.kind != Kind::directory) refuse(member.name, "has no name");
    return;
  }
  take_parents(member, path);
  if (!take_whiteout(member, path)) add(member, path, kind_below(member));
}

Contents Rules::finish() && {
  for (std::string& directory : implied_)
    if (seen_.at(key_of(directory)).implied) contents_.implied.push_back(std::move(directory));
  return std::move(contents_);
}

}  // namespace

Contents check_archive(int file, std::uint64_t size, std::string_view shown, Whiteouts whiteouts, const Bounds& bounds) {
  Rules rules(shown, whiteouts, bounds);
  TarReader reader(file, size, shown);
  while (const std::optional<Member> member = reader.next()) rules.take(*member);
  return std::move(rules).finish();
}

}  // namespace sandbox::image
