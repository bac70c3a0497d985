#include "life/service_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::life {

namespace {

using std::chrono::steady_clock;
constexpr std::chrono::milliseconds kWindow{100};
constexpr std::size_t kMostInWindow = 1 << 20;

Path folder(const Path& directory) { return directory / "services"; }

/// The file that readers see now, from its start.
Fd open_log(const Path& file) { return Fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC)); }

/// Copies what is there beyond the descriptor's own offset; false when nothing was.
bool copy_on(const Fd& file) {
  std::array<char, 65536> bytes;
  bool any = false;
  for (ssize_t n = 0; file && (n = ::read(file.get(), bytes.data(), bytes.size())) > 0; any = true)
    write_all(1, {bytes.data(), static_cast<std::size_t>(n)}, "stdout");
  return any;
}

bool is_still(const Fd& open, const Path& file) {
  struct stat mine {}, theirs {};
  return open && ::fstat(open.get(), &mine) == 0 && ::stat(file.c_str(), &theirs) == 0 && mine.st_ino == theirs.st_ino;
}

}  // namespace

Path ServiceLog::file(const Path& directory, std::string_view name) { return folder(directory) / fmt::format("{}.log", name); }
Path ServiceLog::older_file(const Path& directory, std::string_view name) { return folder(directory) / fmt::format("{}.log.1", name); }

ServiceLog::ServiceLog(const Path& directory, const std::string& name, const std::vector<std::string>& secrets)
    : directory_(directory), name_(name), redactor_(secrets) {
  if (::mkdir(folder(directory).c_str(), 0700) < 0 && errno != EEXIST)
    throw_system_error("cannot create", folder(directory).native());
}

void ServiceLog::append(std::string_view bytes) {
  const auto now = steady_clock::now();
  if (now - window_ >= kWindow) {
    window_ = now;
    in_window_ = 0;
  }
  in_window_ += bytes.size();
  if (in_window_ >= kMostInWindow) open_from_ = window_ + kWindow;
  if (redactor_.active()) write(redactor_.feed(bytes));
  else write(bytes);
}

void ServiceLog::end_of_process() { write(redactor_.finish()); }

void ServiceLog::write(std::string_view bytes) {
  if (bytes.empty()) return;
  const Path path = file(directory_, name_);
  if (file_ && size_ + bytes.size() > kMostBytes) {
    ::rename(path.c_str(), older_file(directory_, name_).c_str());
    file_.close();
  }
  if (!file_) {
    file_ = Fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600));
    size_ = 0;
  }
  if (!file_) return;
  const ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
  size_ += n > 0 ? static_cast<std::size_t>(n) : 0;
}

std::string ServiceLog::tail(std::size_t lines) const {
  std::string text;
  for (const Path& path : {older_file(directory_, name_), file(directory_, name_)})
    text += read_file_if_exists(path, 2 * kMostBytes).value_or("");
  while (text.ends_with('\n')) text.pop_back();
  std::size_t start = text.size();
  while (start != 0 && lines-- != 0) {
    const std::size_t before = text.rfind('\n', start - 1);
    start = before == text.npos ? 0 : before;
  }
  return text.substr(start == 0 ? 0 : start + 1);
}

pollfd LogFlow::wait() const {
  return {log_.open_from() > steady_clock::now() ? -1 : source_.get(), POLLIN, 0};
}

void LogFlow::step() {
  if (!source_ || log_.open_from() > steady_clock::now()) return;
  std::array<char, 16384> bytes;
  log_.append({bytes.data(), read_source(bytes.data(), bytes.size())});
}

void follow_log(const Path& directory, const std::string& name, const std::function<bool()>& over) {
  constexpr std::chrono::milliseconds kLookAgain{50};
  const Path path = ServiceLog::file(directory, name);
  copy_on(open_log(ServiceLog::older_file(directory, name)));
  Fd file = open_log(path);
  for (;;) {
    const bool last = over();  // asked first: what was written before is read below
    while (copy_on(file)) {
    }
    if (!is_still(file, path)) {
      copy_on(file);  // what came between the last look and its renaming
      file = open_log(path);
      if (copy_on(file)) continue;
    }
    if (last) return;
    std::this_thread::sleep_for(kLookAgain);
  }
}

}  // namespace sandbox::life
