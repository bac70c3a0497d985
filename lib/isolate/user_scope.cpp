#include "isolate/user_scope.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::isolate {

namespace {

constexpr int kPatienceSeconds = 10;
constexpr std::size_t kMaxMessage = 1 << 20;
constexpr std::size_t kFixedHeader = 16;  ///< up to and with the length of the header's fields

/// The part of D-Bus' wire format that one call needs: little-endian, everything aligned to its
/// own size, structures to 8.
class Writer {
 public:
  void align(std::size_t to) { bytes_.append((to - bytes_.size() % to) % to, '\0'); }
  void byte(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void number(std::uint32_t value) {
    align(4);
    for (int shift = 0; shift < 32; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_.append(value).push_back('\0');
  }
  void signature(std::string_view value) {
    byte(static_cast<std::uint8_t>(value.size()));
    bytes_.append(value).push_back('\0');
  }
  /// An array of structures: its length is filled in by the end.
  std::size_t begin_structures() {
    number(0);
    const std::size_t at = bytes_.size() - 4;
    align(8);
    first_ = bytes_.size();
    return at;
  }
  void end_structures(std::size_t at) {
    Writer length;
    length.number(static_cast<std::uint32_t>(bytes_.size() - first_));
    bytes_.replace(at, 4, length.bytes_);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::size_t first_ = 0;
};

void text_property(Writer& body, std::string_view name, std::string_view value) {
  body.align(8);
  body.text(name);
  body.signature("s");
  body.text(value);
}

/// The arguments of StartTransientUnit: name, mode, properties, auxiliary units.
std::string arguments(const std::string& unit, std::uint32_t pid) {
  Writer body;
  body.text(unit);
  body.text("fail");
  const std::size_t properties = body.begin_structures();
  text_property(body, "Description", "a sandbox");
  text_property(body, "CollectMode", "inactive-or-failed");
  body.align(8);
  body.text("Delegate");
  body.signature("b");
  body.number(1);
  body.align(8);
  body.text("PIDs");
  body.signature("au");
  body.number(sizeof pid);
  body.number(pid);
  body.end_structures(properties);
  body.begin_structures();  // none
  return body.bytes();
}

void field(Writer& header, std::uint8_t code, std::string_view type, std::string_view value) {
  header.align(8);
  header.byte(code);
  header.signature(type);
  if (type == "g") header.signature(value);
  else header.text(value);
}

std::string call(const std::string& body) {
  Writer header;
  for (const std::uint8_t value : {std::uint8_t{'l'}, std::uint8_t{1} /* a call */, std::uint8_t{0}, std::uint8_t{1}})
    header.byte(value);
  header.number(static_cast<std::uint32_t>(body.size()));
  header.number(1);  // serial
  const std::size_t fields = header.begin_structures();
  field(header, 1, "o", "/org/freedesktop/systemd1");
  field(header, 2, "s", "org.freedesktop.systemd1.Manager");
  field(header, 3, "s", "StartTransientUnit");
  field(header, 6, "s", "org.freedesktop.systemd1");
  field(header, 8, "g", "ssa(sv)a(sa(sv))");
  header.end_structures(fields);
  header.align(8);
  return header.bytes() + body;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

void append_exactly(int fd, std::string& bytes, std::size_t wanted) {
  const std::size_t from = bytes.size();
  bytes.resize(wanted);
  for (std::size_t at = from; at < wanted;) {
    const ssize_t n = ::recv(fd, bytes.data() + at, wanted - at, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Error(HostCheck::cgroups, n == 0 ? "it hung up" : error_text(errno));
    at += static_cast<std::size_t>(n);
  }
}

struct Message {
  enum Type : std::uint8_t { answer = 2, error = 3, signal = 4 };
  std::uint8_t type = 0;
  std::string fields, body;
};

Message receive(int fd) {
  std::string bytes;
  append_exactly(fd, bytes, kFixedHeader);
  const std::size_t fields = number_at(bytes, 12), body = number_at(bytes, 4);
  const std::size_t padded = (fields + 7) / 8 * 8;
  if (bytes[0] != 'l' || fields > kMaxMessage || body > kMaxMessage) throw Error(HostCheck::cgroups, "its answer is no message");
  append_exactly(fd, bytes, kFixedHeader + padded + body);
  return {static_cast<std::uint8_t>(bytes[1]), bytes.substr(kFixedHeader, fields), bytes.substr(kFixedHeader + padded)};
}

/// The line that ends the greeting: "OK GUID" or "REJECTED …".
std::string receive_line(int fd) {
  std::string line;
  while (!line.ends_with("\r\n")) {
    if (line.size() > 512) throw Error(HostCheck::cgroups, "its greeting has no end");
    append_exactly(fd, line, line.size() + 1);
  }
  return line.substr(0, line.size() - 2);
}

void send_bytes(int fd, std::string_view bytes) {
  if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    throw Error(HostCheck::cgroups, error_text(errno));
}

void greet(int fd) {
  std::string uid;
  for (const char digit : std::to_string(::geteuid())) uid += fmt::format("{:02x}", static_cast<int>(digit));
  send_bytes(fd, std::string(1, '\0') + "AUTH EXTERNAL " + uid + "\r\n");
  const std::string line = receive_line(fd);
  if (!line.starts_with("OK ")) throw Error(HostCheck::cgroups, fmt::format("it says '{}'", visible(line)));
}

/// The job is done when its signal says so; before, the process may not have moved yet.
void await_job(int fd, const std::string& unit) {
  for (;;) {
    const Message message = receive(fd);
    if (message.type == Message::error)
      throw Error(HostCheck::cgroups, message.body.size() > 5 ? visible(message.body.substr(4, message.body.size() - 5)) : "it refused");
    if (message.type != Message::signal || message.fields.find("JobRemoved") == std::string::npos) continue;
    const std::string_view body = message.body;  // number, job, unit, result
    if (body.find(std::string_view(unit.c_str(), unit.size() + 1)) == body.npos) continue;
    if (!body.ends_with(std::string_view("done", 5))) throw Error(HostCheck::cgroups, "the scope did not start");
    return;
  }
}

}  // namespace

Path user_systemd_socket(unsigned uid) { return fmt::format("/run/user/{}/systemd/private", uid); }

Scope enter_user_scope(const Path& path, const std::string& unit, std::uint32_t pid) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  const Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return {};
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  try {
    greet(fd.get());
    send_bytes(fd.get(), "BEGIN\r\n" + call(arguments(unit, pid)));
    await_job(fd.get(), unit);
    return {ScopeAnswer::entered, {}};
  } catch (const Error& error) {
    return {ScopeAnswer::refused, error.what()};
  }
}

}  // namespace sandbox::isolate
