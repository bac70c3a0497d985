#pragma once
// The frames that clients, supervisor and agent exchange. Freestanding: no allocation, no
// exceptions, plain bytes in host order (both ends always run on one machine), so that the
// agent can include it. Every reader treats its input as hostile.
//
//   client ──stream──► supervisor      first frame: to_agent or to_supervisor
//   supervisor ◄──seqpacket──► agent   the control socket, the agent's descriptor 3
//   client ◄──stream──► agent          the same connection, handed over by SCM_RIGHTS
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace sandbox::wire {

enum class Kind : std::uint16_t {
  // client → supervisor: what the connection is for
  to_agent = 1,       ///< no payload; every later frame is the agent's
  to_supervisor = 2,  ///< payload: one JSON object; answered by one to_supervisor frame

  // supervisor → agent
  setup = 10,      ///< fields: environment*, directory, user, flags; fd: the cgroup directory, if any
  client = 11,     ///< fields: own; fd: a client's connection
  serve = 13,      ///< fields: argument+; fd: a listening socket; each connection is stdin and stdout of such a command
  terminate = 12,  ///< SIGTERM to every command but the supervisor's own
  dial = 14,       ///< fields: port; fd: a listening socket, each of whose connections leads there (none: no more); to the bridge of a virtual machine only, see wire/packet.hpp

  // supervisor → a virtual machine's first program, on the host and inside
  machine = 15,    ///< fields: argument+ [, frame: the last fd is a file with one for the guest] [, sleep: the last but that is a socket of Sleep words] [, own: a copy of a machine that sleeps]; fds: from kFirstMachineFd on, of the program that is started
  wake = 16,       ///< fields: wake, file*; see wire/wake.hpp

  // agent → supervisor
  ready = 20,     ///< setup is done, clients may come
  activity = 21,  ///< number: commands and attached clients now, without the supervisor's own
  stuck = 22,     ///< a command's processes cannot be killed: end the sandbox
  gauge = 23,     ///< a virtual machine: what its kernel counted; payload: struct Gauge
  asleep = 25,    ///< a virtual machine that nobody wakes: it can be copied
  fallen = 24,    ///< a virtual machine did not start or came down; payload: text

  // client → agent: one request per connection, then signal, resize, cancel
  execute = 30,  ///< fields: argument+, environment*, directory, user, input, terminal, timeout, grace, detach
  put = 31,      ///< fields: path, mode, user; the bytes follow on the stdin pipe; a second, empty one commits
  get = 32,      ///< fields: path, user; the bytes come on the stdout pipe
  attach = 33,   ///< fields: pid; the output so far and from now on of a detached process
  list = 34,     ///< no fields; answered by process frames, then done
  signal = 35,   ///< fields: number [, pid]; without pid: the command of this connection
  resize = 36,   ///< fields: terminal
  cancel = 37,   ///< kill the command of this connection with all its descendants
  put_tree = 39,  ///< fields: path, user, tree; a tree follows on the stdin pipe, what became of it comes on the stdout pipe
  get_tree = 40,  ///< fields: path, user, tree; the tree comes on the stdout pipe
  probe = 38,    ///< fields: port, path; does something listen, and answer well to a GET of the path?

  // agent → client
  streams = 50,  ///< fds: stdin (if asked), stdout, stderr; or the terminal; or one output file
  started = 51,  ///< fields: pid
  ended = 52,    ///< payload: struct Ended
  failed = 53,   ///< payload: struct Failed
  process = 54,  ///< fields: pid, argument*, number (1 running, 0 ended)
  done = 55,     ///< the end of a list; the answer to signal, put and probe
};

struct Header {
  std::uint32_t length = 0;  ///< of the payload that follows
  Kind kind{};
  std::uint16_t zero = 0;
};
static_assert(sizeof(Header) == 8);

inline constexpr std::size_t kMaxPayload = 1 << 20;  ///< arguments and environment fit or are refused
inline constexpr int kAgentControlFd = 3;
// Descriptors of the program that a machine frame starts.
inline constexpr int kMachineChannelFd = 8;  ///< a socket: the machine's port
inline constexpr int kMachineConsoleFd = 9;  ///< a socket: what its kernel says, and the program itself
inline constexpr int kFirstMachineFd = 10;   ///< those of the frame, but for the first: that is the bridge's control socket

/// Datagrams of one byte, beside a virtual machine's control socket: whoever saves it may not wait for the supervisor.
enum class Sleep : char {
  begin = 'b',   ///< → bridge: bring what runs inside to rest
  asleep = 'a',  ///< ← it is
  end = 'e',     ///< → it goes on, or need not sleep any more
};

/// Why a command ended, beyond its status.
enum class Cause : std::uint32_t { none = 0, timeout = 1, cancelled = 2 };

struct Ended {
  std::int32_t exit_code;  ///< -1 when a signal ended it
  std::int32_t signal;     ///< 0 when it exited
  Cause cause;
  std::uint32_t left_behind;  ///< descendants that still run
  std::uint64_t wall_us, user_us, system_us;
  std::uint64_t peak_bytes;  ///< largest resident set of one process
  std::uint64_t read_bytes, written_bytes;
  std::uint64_t killed_by_kernel;  ///< descendants seen to die by a SIGKILL that was not ours
};

/// What a virtual machine's kernel counted against the limits; see engine::Counters.
struct Gauge {
  std::uint64_t memory_kills, pids_hits;
  std::uint64_t processes;
  std::uint64_t disk_used_bytes, disk_left_bytes;
};

enum class Step : std::uint32_t {
  request = 1,   ///< malformed
  user,          ///< no such user inside
  directory,     ///< the working directory cannot be entered
  program,       ///< ENOENT: not found; EACCES, ENOEXEC …: not executable
  start,         ///< no process could be made
  file,          ///< put, get
  process,       ///< no such detached process
};

struct Failed {
  Step step;
  std::int32_t error;  ///< errno
};

enum class Tag : std::uint16_t {
  argument = 1,
  environment,  ///< NAME=VALUE
  directory,
  user,         ///< NAME, UID, NAME:GROUP or UID:GID, as the image's /etc/passwd says
  input,        ///< no value: the command has a stdin pipe; else /dev/null
  terminal,     ///< struct TerminalSize
  timeout_ms,   ///< uint64
  grace_ms,     ///< uint64, between SIGTERM and SIGKILL at a timeout; 0: SIGKILL at once
  detach,       ///< no value
  path,
  mode,    ///< uint64
  number,  ///< uint64
  pid,     ///< uint64
  own,     ///< no value: the client is the supervisor itself, and its commands are no activity
  port,    ///< uint64
  tree,    ///< struct TreeOptions
  wake,    ///< struct Wake
  file,    ///< a FilePlace as one byte, a path and a NUL, the text
  frame,   ///< a whole frame
  sleep,   ///< no value
};

struct TerminalSize {
  std::uint16_t rows, columns;
};

struct Field {
  Tag tag;
  std::string_view value;

  /// The value as a plain struct or integer; false when the size differs.
  template <class T>
  bool as(T& out) const {
    if (value.size() != sizeof(T)) return false;
    std::memcpy(&out, value.data(), sizeof(T));
    return true;
  }
};

/// Walks the fields of a payload: {u16 tag, u16 zero, u32 length, bytes}*.
class FieldReader {
 public:
  explicit FieldReader(std::string_view payload) : rest_(payload) {}

  /// False at the end, and on malformed input; malformed() tells them apart.
  bool next(Field& field) {
    if (rest_.empty()) return false;
    Prefix prefix;
    if (rest_.size() < sizeof prefix) return fail();
    std::memcpy(&prefix, rest_.data(), sizeof prefix);
    rest_.remove_prefix(sizeof prefix);
    if (prefix.length > rest_.size() || prefix.zero != 0) return fail();
    field = {static_cast<Tag>(prefix.tag), rest_.substr(0, prefix.length)};
    rest_.remove_prefix(prefix.length);
    return true;
  }
  bool malformed() const { return malformed_; }

 private:
  friend class FieldWriter;
  struct Prefix {
    std::uint16_t tag, zero;
    std::uint32_t length;
  };
  bool fail() {
    malformed_ = true;
    rest_ = {};
    return false;
  }
  std::string_view rest_;
  bool malformed_ = false;
};

/// Builds header and fields in a caller's buffer; bytes() is empty once it overflowed.
class FieldWriter {
 public:
  FieldWriter(std::span<char> buffer, Kind kind) : buffer_(buffer), kind_(kind) {
    size_ = sizeof(Header);
    overflow_ = buffer.size() < size_;
  }

  FieldWriter& add(Tag tag, std::string_view value = {}) {
    const FieldReader::Prefix prefix{static_cast<std::uint16_t>(tag), 0,
                                     static_cast<std::uint32_t>(value.size())};
    append(&prefix, sizeof prefix);
    append(value.data(), value.size());
    return *this;
  }
  template <class T>
  FieldWriter& add_value(Tag tag, const T& value) {
    return add(tag, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  /// A payload that is one plain struct.
  template <class T>
  FieldWriter& payload(const T& value) {
    append(&value, sizeof value);
    return *this;
  }

  /// The whole frame.
  std::string_view bytes() {
    if (overflow_) return {};
    const Header header{static_cast<std::uint32_t>(size_ - sizeof(Header)), kind_, 0};
    std::memcpy(buffer_.data(), &header, sizeof header);
    return {buffer_.data(), size_};
  }

 private:
  void append(const void* data, std::size_t length) {
    if (overflow_ || length > buffer_.size() - size_) {
      overflow_ = true;
      return;
    }
    if (length != 0) std::memcpy(buffer_.data() + size_, data, length);
    size_ += length;
  }
  std::span<char> buffer_;
  Kind kind_;
  std::size_t size_ = 0;
  bool overflow_ = false;
};

}  // namespace sandbox::wire
