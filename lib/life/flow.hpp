#pragma once
// Flows: the bytes between a command's streams and the caller. None ever blocks on the
// sandbox's side, so that one stuck end holds up neither the others nor the signals.
#include <poll.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/fd.hpp"
#include "base/redact.hpp"
#include "digest/sha256.hpp"
#include "record/outcome.hpp"

namespace sandbox::life {

class Flow {
 public:
  virtual ~Flow() = default;
  /// What to wait for; descriptor -1 when it is done.
  virtual pollfd wait() const = 0;
  virtual void step() = 0;
};

/// From a command to somewhere.
class OutputFlow : public Flow {
 public:
  explicit OutputFlow(const Fd& source) : source_(duplicate(source)) {}

  std::uint64_t bytes() const { return bytes_; }
  bool done() const { return !source_ && settled(); }
  /// The command has ended: what is in the stream now still counts, what somebody whom it
  /// left behind writes later does not.
  void end_with_what_is_there();

 protected:
  virtual bool settled() const = 0;
  /// Reads into the buffer; 0 when nothing is there now. Closes the source at its end.
  std::size_t read_source(char* buffer, std::size_t size);
  void count(std::size_t bytes);
  void close_source() { source_.close(); }

  Fd source_;
  std::uint64_t bytes_ = 0;
  bool bounded_ = false;
  std::uint64_t left_ = 0;  ///< how much may still come, when bounded
};

/// To a descriptor of the caller, which is borrowed and whose mode is never changed.
class PassFlow : public OutputFlow {
 public:
  enum class Hash { no, yes };
  PassFlow(const Fd& source, int sink, std::vector<std::string> secrets, Hash hash = Hash::no);
  pollfd wait() const override;
  void step() override;
  /// SHA-256 of what was passed on, when that was asked for. Once, at the end.
  std::optional<std::string> take_digest();

 private:
  bool settled() const override { return pending_.empty(); }
  bool splice_some();
  void let_it_fill();
  void fill();
  void write_pending();
  int sink_;
  bool may_splice_;
  bool sink_is_file_;
  bool sink_full_ = false;
  bool flooding_ = false;
  std::string pending_;
  Redactor redactor_;
  std::optional<digest::Sha256> hash_;
};

/// Into a record: the first bytes are kept, all are counted, and written to a file on request.
class CaptureFlow : public OutputFlow {
 public:
  CaptureFlow(const Fd& source, std::size_t kept, Fd file, std::vector<std::string> secrets);
  pollfd wait() const override;
  void step() override;
  record::Stream take();

 private:
  bool settled() const override { return true; }
  void keep(std::string_view bytes);
  std::size_t most_;
  Fd file_;
  Redactor redactor_;
  record::Stream stream_;
};

/// From the caller into a command's stdin. By read and write: pages of a file of the host
/// must never sit in a pipe that hostile code holds.
class InputFlow : public Flow {
 public:
  /// `source` is borrowed.
  InputFlow(int source, Fd sink, bool is_terminal);
  pollfd wait() const override;
  void step() override;
  void close() { sink_.close(); }

 private:
  int source_;
  Fd sink_;
  bool is_terminal_;
  std::string pending_;
};

}  // namespace sandbox::life
