#include "watch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <thread>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "cursor.hpp"
#include "image/tree.hpp"
#include "life/journal.hpp"
#include "life/tree.hpp"
#include "operand.hpp"
#include "reach.hpp"
#include "record/copied.hpp"
#include "store/sandboxes.hpp"
#include "watched_folder.hpp"

namespace sandbox::tool {

namespace {

using wire::Item;

constexpr std::chrono::milliseconds kLookForTheEnd{500};

/// What two looks differ by, as a tree.
class Mirror {
 public:
  Mirror(int pipe, const Fd& top) : out_(pipe, wire::Pages::copied, life::interruption()), cursor_(out_), top_(top) {}

  void send(const Look& before, const Look& now);
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return out_.bytes(); }

 private:
  void put(const std::string& path, const struct stat& info);
  void put_file(const std::string& path, const std::string& name);
  void remove(const std::string& path);
  std::string go_to_parent(const std::string& path);
  /// An error of the pipe: why, says the other side.
  void say(int error) {
    if (error == ECANCELED) stop_if_asked();
    cut_off_ = cut_off_ || error != 0;
  }

  wire::ItemWriter out_;
  Cursor cursor_;
  const Fd& top_;
  std::uint64_t files_ = 0;
  bool cut_off_ = false;
};

wire::ItemHeader described(Item item, const struct stat& info) {
  return {.item = item,
          .mode = info.st_mode,
          .nanoseconds = static_cast<std::uint32_t>(info.st_mtim.tv_nsec),
          .seconds = info.st_mtim.tv_sec,
          .size = static_cast<std::uint64_t>(info.st_size)};
}

std::string Mirror::go_to_parent(const std::string& path) {
  std::vector<std::string> parts = parts_of(path);
  std::string name = parts.back();
  parts.pop_back();
  say(cursor_.go_to(parts));
  ++files_;
  return name;
}

void Mirror::remove(const std::string& path) {
  const std::string name = go_to_parent(path);
  say(out_.put({.item = Item::remove}, name));
}

/// What is gone by now is seen by the next look.
void Mirror::put_file(const std::string& path, const std::string& name) {
  const Fd file = image::open_exact(top_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode)) return;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  say(out_.put(described(Item::file, info), name));
  if (size > 0) say(out_.put_data_of(file.get(), 0, 0, size));
  say(out_.put({.item = Item::end, .size = size}));
}

void Mirror::put(const std::string& path, const struct stat& info) {
  const std::string name = go_to_parent(path);
  if (S_ISREG(info.st_mode)) return put_file(path, name);
  if (S_ISDIR(info.st_mode)) {
    say(out_.put(described(Item::directory, info), name));
    return cursor_.entered(name);
  }
  const Fd link = image::open_exact(top_, path, O_PATH);
  char target[4096];
  const ssize_t length = link ? ::readlinkat(link.get(), "", target, sizeof target) : -1;
  if (length > 0) say(out_.put(described(Item::link, info), name, {target, static_cast<std::size_t>(length)}));
}

void Mirror::send(const Look& before, const Look& now) {
  for (const auto& [path, info] : before) {
    const auto still = now.find(path);
    const std::size_t slash = path.rfind('/');
    const auto parent = slash == path.npos ? now.end() : now.find(path.substr(0, slash));
    const bool parent_is_gone = slash != path.npos && (parent == now.end() || !S_ISDIR(parent->second.st_mode));
    if (parent_is_gone || (still != now.end() && S_ISDIR(still->second.st_mode) == S_ISDIR(info.st_mode))) continue;
    remove(path);
  }
  for (const auto& [path, info] : now) {
    const auto earlier = before.find(path);
    const bool is_new = earlier == before.end();
    // The times of a folder change with what is in it.
    const bool is_as_before = !is_new && (S_ISDIR(info.st_mode) ? earlier->second.st_mode == info.st_mode : is_same(earlier->second, info));
    if (!is_as_before) put(path, info);
  }
  say(cursor_.go_to({}));
  if (!cut_off_) say(out_.put({.item = Item::finish}));
  if (!cut_off_) say(out_.flush());
}

class Watch {
 public:
  Watch(const Options& options, const Operand& source, const Operand& target)
      : options_(options), target_(target), folder_(WatchedFolder::open(source.path)), store_(store::Store::open()),
        log_(life::open_log(store_, config::Config::load().log)), reach_(store_, log_, *target.sandbox), given_(source.given) {}

  int run() {
    Look before;
    for (bool first = true;; first = false) {
      Look now = folder_.look();
      if (!sync(before, now, first)) return 0;
      before = std::move(now);
      while (!folder_.await_change(kLookForTheEnd)) {
        stop_if_asked();
        if (has_ended()) return 0;
      }
    }
  }

 private:
  bool has_ended() const {
    const auto found = store::find_sandbox(store_, reach_.id());
    return !found || found->state != "running";
  }

  /// Its end is known a moment after it is felt.
  bool ends_now() const {
    for (int i = 0; i < 40; ++i) {
      if (has_ended()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }

  /// False when the sandbox has ended.
  bool sync(const Look& before, const Look& now, bool first) try {
    if (!first && !differ(before, now)) return true;
    const Stopwatch watch;
    life::TreeRequest request{target_.path, options_.user, {}};
    request.options.flags = wire::kInto | wire::kMayRemove;
    life::TreePut tree(reach_.connect(), request);
    const auto mirror = std::make_unique<Mirror>(tree.pipe(), folder_.top());
    mirror->send(before, now);
    (void)tree.finish();
    tell(*mirror, watch.elapsed_ms());
    return true;
  } catch (const Error&) {
    if (ends_now()) return false;
    throw;
  }

  static bool differ(const Look& before, const Look& now) {
    return before.size() != now.size() || !std::equal(before.begin(), before.end(), now.begin(), [](const auto& a, const auto& b) {
      return a.first == b.first && (S_ISDIR(a.second.st_mode) && S_ISDIR(b.second.st_mode) ? a.second.st_mode == b.second.st_mode
                                                                                           : is_same(a.second, b.second));
    });
  }

  void tell(const Mirror& mirror, double wall_ms) {
    record::Copied copied;
    copied.sandbox = reach_.id();
    copied.sources = {given_};
    copied.target = target_.path;
    copied.files = mirror.files();
    copied.bytes = mirror.bytes();
    copied.wall_ms = wall_ms;
    log_.append(audit::copied(reach_.id(), audit::Direction::in, target_.path, copied.bytes));
    cli::put(options_.output, copied, copied.sandbox,
             [&] { return fmt::format("{}  in: {} files, {}\n", copied.sandbox, copied.files, size_text(copied.bytes)); });
  }

  const Options& options_;
  Operand target_;
  WatchedFolder folder_;
  store::Store store_;
  audit::Log log_;
  Reach reach_;
  std::string given_;
};

}  // namespace

int watch(const Options& options) {
  const std::string usage = "sandbox-copy --watch FOLDER SANDBOX:PATH";
  if (options.operands.size() != 2) throw Error(ExitCode::input, "--watch takes one folder and its place in a sandbox", usage);
  const Operand source = parse_operand(options.operands.front()), target = parse_operand(options.operands.back());
  if (source.kind != Operand::Kind::local || !target.is_inside() || !target.sandbox)
    throw Error(ExitCode::input, "--watch takes one folder and its place in a sandbox", usage);
  return Watch(options, source, target).run();
}

}  // namespace sandbox::tool
