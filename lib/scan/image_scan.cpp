#include "scan/image_scan.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/merged.hpp"
#include "image/tree.hpp"
#include "scan/accounts.hpp"
#include "scan/collector.hpp"
#include "scan/cyclonedx.hpp"
#include "scan/elf.hpp"
#include "scan/owned.hpp"
#include "scan/package_files.hpp"
#include "scan/rule.hpp"
#include "scan/secret.hpp"

namespace sandbox::scan {

namespace {

constexpr std::uint64_t kMaxText = 4 << 20, kMaxAll = std::uint64_t{8} << 30;
constexpr std::size_t kHead = 8000;

/// Where programs keep what they are let in by.
constexpr std::array<std::string_view, 6> kCredentials = {".netrc", ".git-credentials", ".pypirc", ".pgpass", ".my.cnf", ".aws/credentials"};

bool is_credential_file(std::string_view path) {
  return std::ranges::any_of(kCredentials, [&](std::string_view name) { return path == name || path.ends_with("/" + std::string(name)); });
}

bool is_host_key(std::string_view path) { return path.starts_with("etc/ssh/ssh_host_") && path.ends_with("_key"); }

class Looking {
 public:
  Looking(const Owned& owned, Collector& collector) : owned_(owned), collector_(collector) {}

  void visit(const image::Merged& file) {
    const bool is_owned = owned_.has(file.path);
    check_mode(file, is_owned);
    if (!S_ISREG(file.info.st_mode)) return;
    check_capabilities(file);
    if (is_about_accounts(file.path)) return check_accounts(file);
    if (is_host_key(file.path) && file.info.st_size > 0) return add("host-key", "every sandbox of the image has this key", file);
    if (is_credential_file(file.path) && file.info.st_size > 0) add("credential-file", "holds what lets somebody in elsewhere", file);
    // What is in etc/ may have been changed since a package brought it.
    if (!is_owned || file.path.starts_with("etc/")) check_content(file);
  }

 private:
  void add(std::string_view rule, std::string message, const image::Merged& file, std::optional<int> line = {}) {
    collector_.add(rule, std::move(message), {"/" + file.path, line});
  }
  void check_mode(const image::Merged& file, bool is_owned);
  void check_capabilities(const image::Merged& file);
  void check_accounts(const image::Merged& file);
  void check_content(const image::Merged& file);
  void check_elf(const image::Merged& file, const Fd& fd);
  bool may_read(std::uint64_t bytes);

  const Owned& owned_;
  Collector& collector_;
  std::uint64_t bytes_ = 0;
};

void Looking::check_mode(const image::Merged& file, bool is_owned) {
  const mode_t mode = file.info.st_mode;
  if (S_ISREG(mode) && (mode & 06000)) add(is_owned ? "set-id-of-package" : "set-id", fmt::format("has the mode {:04o}, owner {}", mode & 07777, image::user_inside(file.info)), file);
  if ((S_ISREG(mode) || S_ISDIR(mode)) && (mode & 0002) && !(mode & 01000)) add("world-writable", fmt::format("has the mode {:04o}", mode & 07777), file);
}

void Looking::check_capabilities(const image::Merged& file) {
  for (const image::Attribute& attribute : image::attributes_of(file.parent, file.name, file.path, file.info))
    if (attribute.name == "security.capability") add("set-id", "has capabilities for whoever runs it", file);
}

/// Enough for any honest image; a bomb ends here.
bool Looking::may_read(std::uint64_t bytes) {
  bytes_ += bytes;
  if (bytes_ > kMaxAll) collector_.truncate();
  return bytes_ <= kMaxAll;
}

void Looking::check_accounts(const image::Merged& file) {
  const auto size = static_cast<std::uint64_t>(file.info.st_size);
  if (size > kMaxText || !may_read(size)) return collector_.truncate();
  for (const Doubt& doubt : doubts_about_accounts(file.path, content_of(file, kMaxText))) add(doubt.rule, doubt.message, file, doubt.line);
}

void Looking::check_elf(const image::Merged& file, const Fd& fd) {
  const auto facts = elf_facts(reader_of(fd));
  if (!facts) return;
  if (facts->executable_stack) add("executable-stack", "what is on its stack can be run", file);
  if (const std::string part = weak_part(facts->run_path); !part.empty()) add("weak-run-path", fmt::format("takes libraries from '{}'", part), file);
  if (const std::string missing = lacks(*facts); facts->is_program && !missing.empty()) add("elf-hardening", missing, file);
}

void Looking::check_content(const image::Merged& file) {
  if (file.info.st_size == 0 || !may_read(kHead)) return;
  const auto open = image::Readable::open(file.parent, file.name, file.info, file.path);
  std::string head(kHead, '\0');
  const ssize_t n = ::pread(open.fd().get(), head.data(), head.size(), 0);
  if (n < 0) throw_system_error("cannot read", visible(file.path));
  head.resize(static_cast<std::size_t>(n));
  if (head.starts_with("\x7f" "ELF")) return check_elf(file, open.fd());
  if (head.find('\0') != head.npos) return;
  const auto size = static_cast<std::uint64_t>(file.info.st_size);
  if (size > kMaxText || !may_read(size)) return collector_.truncate();
  for (const Secret& secret : secrets_in(read_all(open.fd().get(), kMaxText, visible(file.path)))) add("secret", secret.what, file, secret.line);
}

}  // namespace

record::Findings scan_image(const record::Image& image, const std::vector<Path>& trees, const Wish& wish, const Known& known) {
  Collector collector;
  for (const record::AllowedRule& allowed : image.proof.scan.allow) collector.allow({allowed.rule, allowed.reason, {}});
  const Owned owned = Owned::read(trees);
  Looking looking(owned, collector);
  image::each_merged(trees, [&](const image::Merged& file) { looking.visit(file); });
  if (!known.is_nothing()) {
    const Packages packages = packages_in(trees);
    scan_packages(packages, cyclonedx(image, packages), known, collector);
  }
  record::Findings findings;
  findings.kind = "image";
  findings.name = image.name;
  findings.digest = image.digest;
  findings.fail_on = wish.fail_on.value_or(record::severity_of(image.proof.scan.fail_on.value_or("high")).value_or(record::Severity::high));
  std::move(collector).finish(findings, wish.strict);
  return findings;
}

}  // namespace sandbox::scan
