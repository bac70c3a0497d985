#include "scan/recipe_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "image/merged.hpp"
#include "scan/script.hpp"
#include "scan/secret.hpp"

namespace sandbox::scan {

namespace {

constexpr std::uint64_t kMaxFiles = 20'000, kMaxFile = 4 << 20, kMaxAll = 512 << 20;

class Folder {
 public:
  Folder(std::string shown, Collector& collector) : shown_(std::move(shown)), collector_(collector) {}

  void visit(const image::Merged& file) {
    if (file.path == ".git" || file.path.starts_with(".git/") || !S_ISREG(file.info.st_mode)) return;
    if (++files_ > kMaxFiles) return collector_.truncate();
    const std::string path = shown_ + "/" + file.path;
    check_mode(file.info.st_mode, path);
    check_content(file, path);
  }

 private:
  void check_mode(mode_t mode, const std::string& path) {
    if (mode & 0002) collector_.add("world-writable", fmt::format("the file has the mode {:04o}", mode & 07777), {path});
    if (mode & 06000) collector_.add("set-id", fmt::format("the file has the mode {:04o}", mode & 07777), {path});
  }

  void check_content(const image::Merged& file, const std::string& path) {
    const auto size = static_cast<std::uint64_t>(file.info.st_size);
    bytes_ += size;
    if (size > kMaxFile || bytes_ > kMaxAll) return collector_.truncate();
    const Fd fd = checked_fd(::openat(file.parent, file.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), "cannot open", visible(path));
    const std::string text = read_all(fd.get(), kMaxFile, visible(path));
    for (const Secret& secret : secrets_in(text)) collector_.add("secret", secret.what, {path, secret.line});
    if (!is_script(file.path, text)) return;
    for (const Doubt& doubt : doubts_about(script_lines(text))) collector_.add(doubt.rule, doubt.message, {path, doubt.line});
    for (Allowance& allowance : allowances_of(text, path)) collector_.allow(std::move(allowance));
  }

  std::string shown_;
  Collector& collector_;
  std::uint64_t files_ = 0, bytes_ = 0;
};

}  // namespace

void check_files(const Path& folder, const std::string& shown, Collector& collector) {
  Folder looked(shown, collector);
  image::each_merged({folder}, [&](const image::Merged& file) { looked.visit(file); });
}

}  // namespace sandbox::scan
