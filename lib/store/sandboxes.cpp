#include "store/sandboxes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/lock.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "record/misfit.hpp"
#include "store/places.hpp"

namespace sandbox::store {

namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kIdDigits = 10;
constexpr std::size_t kMaxRecord = 4 << 20;
constexpr std::chrono::hours kEndedKept{24};
constexpr std::chrono::minutes kLookedFor{60};

/// The record once it runs. Until then there is only the one with which it was published:
/// replacing a file makes ext4 write it out at once, and launches wait for the disk.
Path record_path(const Store& store, std::string_view id) { return sandbox_directory(store, id) / "sandbox.json"; }
constexpr const char* kFirstRecord = "starting.json";
Path ended_path(const Store& store, std::string_view id) { return store.ended() / fmt::format("{}.json", id); }
Path name_path(const Store& store, std::string_view name) { return store.run() / "names" / name; }

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 100 || text.front() == '.' || text.front() == '-') return false;
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
         std::string_view::npos;
}

/// A damaged record of ours is no misfit of whoever pipes records into us.
record::Sandbox parse_sandbox(std::string_view text, const Path& file) {
  try {
    return record::parse(text, file.native()).get<record::Sandbox>();
  } catch (const record::Misfit& misfit) {
    throw Error(misfit.code(), fmt::format("{}: {}", file.native(), misfit.what()), misfit.hint());
  }
}

std::optional<record::Sandbox> read_sandbox(const Store& store, std::string_view id) {
  const auto text = record_text(store, id);
  if (!text) return std::nullopt;
  auto sandbox = parse_sandbox(*text, record_path(store, id));
  if (!place_is_held(store, sandbox.place, sandbox.id)) sandbox.state = "orphaned";
  return sandbox;
}

std::string what_to_do(const record::Sandbox& sandbox) {
  if (sandbox.state == "orphaned") return "sandbox-reap --orphans frees what is left of it";
  if (sandbox.state == "paused") return fmt::format("sandbox-change {} --resume lets it go on", sandbox.id);
  return "try again in a moment";
}

}  // namespace

bool is_sandbox_id(std::string_view text) {
  return text.size() == 3 + kIdDigits && text.starts_with("sb-") &&
         text.find_first_not_of(kBase32, 3) == std::string_view::npos;
}

std::string new_sandbox_id() {
  unsigned char random[kIdDigits];
  if (::getrandom(random, sizeof random, 0) != sizeof random) throw_system_error("cannot get random bytes");
  std::string id = "sb-";
  for (const unsigned char byte : random) id += kBase32[byte % kBase32.size()];
  return id;
}

Path sandbox_directory(const Store& store, std::string_view id) {
  if (!is_sandbox_id(id)) throw Error(ExitCode::input, fmt::format("not a sandbox id: '{}'", visible(id)));
  return store.sandboxes() / id;
}

std::optional<std::string> record_text(const Store& store, std::string_view id) {
  auto text = read_file_if_exists(record_path(store, id), kMaxRecord);
  return text ? text : read_file_if_exists(sandbox_directory(store, id) / kFirstRecord, kMaxRecord);
}

void publish_sandbox(const Store& store, const record::Sandbox& sandbox) {
  TempDir directory = TempDir::create(store.sandboxes());
  const Path first = directory.path() / kFirstRecord;
  const Fd file = checked_fd(::open(first.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "cannot create", first.native());
  write_all(file.get(), record::dump(sandbox) + "\n", first.native());
  if (!directory.keep_as(sandbox_directory(store, sandbox.id)))
    throw Error(ExitCode::failed, fmt::format("the sandbox '{}' exists already", sandbox.id));
}

void write_sandbox(const Store& store, const record::Sandbox& sandbox) {
  replace_file(record_path(store, sandbox.id), record::dump(sandbox) + "\n");
}

std::optional<record::Sandbox> find_sandbox(const Store& store, std::string_view id_or_name) {
  if (is_sandbox_id(id_or_name)) return read_sandbox(store, id_or_name);
  if (!is_name(id_or_name)) return std::nullopt;
  std::error_code error;
  const std::string id = std::filesystem::read_symlink(name_path(store, id_or_name), error).native();
  return is_sandbox_id(id) ? read_sandbox(store, id) : std::nullopt;
}

record::Sandbox running_sandbox(const Store& store, std::string_view id_or_name, Paused paused) {
  const auto sandbox = find_sandbox(store, id_or_name);
  if (sandbox && (sandbox->state == "running" || (paused == Paused::accepted && sandbox->is_served()))) return *sandbox;
  if (sandbox)
    throw Error(ExitCode::input, fmt::format("the sandbox '{}' is {}", sandbox->id, sandbox->state), what_to_do(*sandbox));
  if (const auto last = find_ended(store, id_or_name)) throw Error(ExitCode::input, fmt::format("the sandbox '{}' has ended: {}", last->id, last->ended.value_or("?")));
  throw Error(ExitCode::input, fmt::format("no such sandbox: '{}'", visible(id_or_name)), "sandbox-list shows those that run");
}

std::vector<record::Sandbox> list_sandboxes(const Store& store) {
  std::vector<record::Sandbox> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(store.sandboxes(), error)) {
    const std::string id = entry.path().filename();
    if (!is_sandbox_id(id)) continue;
    record::Sandbox damaged;
    damaged.id = id;
    damaged.state = "orphaned";
    damaged.place = -1;
    try {
      if (auto sandbox = read_sandbox(store, id)) all.push_back(std::move(*sandbox));
      else if (std::filesystem::exists(entry.path(), error)) all.push_back(damaged);
    } catch (const Error&) {
      all.push_back(damaged);
    }
  }
  if (error) throw Error(HostCheck::store, fmt::format("cannot read '{}': {}", store.sandboxes().native(), error.message()));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.created < b.created; });
  return all;
}

void take_name(const Store& store, const std::string& name, const std::string& id) {
  if (!is_name(name) || is_sandbox_id(name))
    throw Error(ExitCode::input, fmt::format("not a name for a sandbox: '{}'", visible(name)),
                "letters, digits, '.', '_', '-', at most 100");
  std::error_code error;
  std::filesystem::create_directory(store.run() / "names", error);
  const Fd lock = lock_file(store.run() / "names.lock");
  const auto holder = find_sandbox(store, name);
  if (holder && holder->state != "orphaned")
    throw Error(ExitCode::input, fmt::format("the name '{}' belongs to {}", name, holder->id), "choose another, or end that one");
  const Path link = name_path(store, name);
  ::unlink(link.c_str());
  if (::symlink(id.c_str(), link.c_str()) < 0) throw_system_error("cannot write the name", name);
}

void write_ended(const Store& store, const record::Sandbox& sandbox) {
  replace_file(ended_path(store, sandbox.id), record::dump(sandbox) + "\n");
}

std::uint64_t remove_sandbox(const Store& store, const record::Sandbox& sandbox) {
  if (sandbox.name) {
    const Fd lock = lock_file(store.run() / "names.lock");
    std::error_code error;
    const Path link = name_path(store, *sandbox.name);
    if (std::filesystem::read_symlink(link, error) == sandbox.id) ::unlink(link.c_str());
  }
  // Last: until here a crash leaves something to find. Renamed first: half removed it would
  // look like a sandbox whose record is lost.
  const Path away = store.sandboxes() / (".tmp-" + sandbox.id);
  if (::rename(sandbox_directory(store, sandbox.id).c_str(), away.c_str()) < 0) {
    if (errno == ENOENT) return 0;  // somebody else was faster
    throw_system_error("cannot remove the sandbox", sandbox.id);
  }
  return remove_tree(away);
}

std::uint64_t retire_sandbox(const Store& store, const record::Sandbox& sandbox) {
  write_ended(store, sandbox);
  return remove_sandbox(store, sandbox);
}

std::optional<record::Sandbox> find_ended(const Store& store, std::string_view id) {
  if (!is_sandbox_id(id)) return std::nullopt;
  const auto text = read_file_if_exists(ended_path(store, id), kMaxRecord);
  if (!text) return std::nullopt;
  return record::parse(*text, "the record of an ended sandbox").get<record::Sandbox>();
}

void forget_ended(const Store& store) {
  // A day of a busy host has thousands: even their times are looked at only now and then.
  const Path looked = store.ended() / "looked";
  const auto is_younger = [](const Path& file, std::chrono::minutes than) {
    struct stat info {};
    return ::stat(file.c_str(), &info) == 0 && wall_now() - std::chrono::system_clock::from_time_t(info.st_mtime) <= than;
  };
  if (is_younger(looked, kLookedFor)) return;
  replace_file(looked, "");
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(store.ended(), error))
    if (entry.path().extension() == ".json" && !is_younger(entry.path(), kEndedKept)) ::unlink(entry.path().c_str());
}

std::vector<record::Sandbox> list_ended(const Store& store) {
  std::vector<record::Sandbox> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(store.ended(), error)) {
    if (entry.path().extension() != ".json") continue;  // one that is just being written
    try {
      const auto text = read_file_if_exists(entry.path(), kMaxRecord);
      if (!text) continue;
      auto sandbox = record::parse(*text, entry.path().native()).get<record::Sandbox>();
      if (sandbox.ended_at && wall_now() - parse_rfc3339(*sandbox.ended_at) > kEndedKept) ::unlink(entry.path().c_str());
      else all.push_back(std::move(sandbox));
    } catch (const Error&) {
      ::unlink(entry.path().c_str());  // history only: nothing is lost with a damaged one
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.ended_at > b.ended_at; });
  return all;
}

}  // namespace sandbox::store
