#include "files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "life/transfer.hpp"

namespace sandbox::tool {

void put(const Place& place, const PutFile& file, const std::optional<std::string>& user) {
  const auto log = [&](std::uint64_t bytes) { place.log().append(audit::copied(place.id(), audit::Direction::in, file.path, bytes)); };
  if (!file.local) {
    life::put_bytes(place.connect(), file.bytes, file.path, 0644, user);
    log(file.bytes.size());
    return;
  }
  const Fd source(::open(file.local->c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!source) throw_system_error("cannot open", file.local->native(), ExitCode::input);
  struct stat info {};
  if (::fstat(source.get(), &info) < 0) throw_system_error("cannot look at", file.local->native());
  if (S_ISDIR(info.st_mode))
    throw Error(ExitCode::input, fmt::format("--put '{}': a directory", file.local->native()), "sandbox-copy takes directories");
  log(life::put_file(place.connect(), source, file.path, info.st_mode & 0777, user));  // a pipe has no size before
}

void get(const Place& place, const GetFile& file, const std::optional<std::string>& user) {
  const std::string temporary = fmt::format("{}.{}.tmp", file.local.native(), ::getpid());
  const Fd sink(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!sink) throw_system_error("cannot create", temporary, ExitCode::input);
  try {
    life::get_file(place.connect(), file.path, user, sink);
    if (::rename(temporary.c_str(), file.local.c_str()) < 0) throw_system_error("cannot replace", file.local.native());
  } catch (const Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
  struct stat info {};
  if (::fstat(sink.get(), &info) < 0) throw_system_error("cannot look at", file.local.native());
  place.log().append(audit::copied(place.id(), audit::Direction::out, file.path, static_cast<std::uint64_t>(info.st_size)));
}

}  // namespace sandbox::tool
