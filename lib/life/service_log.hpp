#pragma once
// ServiceLog: what one service writes, across its restarts, in the sandbox's own directory.
// Bounded: a full file takes the place of the one before it. A service that writes faster than
// anybody reads is slowed down, because the supervisor's time is not limited by the sandbox.
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/redact.hpp"
#include "life/flow.hpp"

namespace sandbox::life {

using SteadyTime = std::chrono::steady_clock::time_point;

class ServiceLog {
 public:
  static constexpr std::size_t kMostBytes = 512 << 10;  ///< of each of the two files

  ServiceLog(const Path& directory, const std::string& name, const std::vector<std::string>& secrets);

  /// What cannot be written, to a full disk, is lost.
  void append(std::string_view bytes);
  /// Its process has ended: what was kept back as a secret's possible start is none.
  void end_of_process();

  /// When the next bytes may be taken; in the past: now.
  SteadyTime open_from() const { return open_from_; }

  /// The last lines.
  std::string tail(std::size_t lines) const;

  static Path file(const Path& directory, std::string_view name);
  static Path older_file(const Path& directory, std::string_view name);

 private:
  void write(std::string_view bytes);
  Path directory_;
  std::string name_;
  Redactor redactor_;
  Fd file_;
  std::size_t size_ = 0;
  SteadyTime window_{}, open_from_{};
  std::size_t in_window_ = 0;
};

/// From one stream of a service into its log.
class LogFlow : public OutputFlow {
 public:
  LogFlow(const Fd& source, ServiceLog& log) : OutputFlow(source), log_(log) {}
  pollfd wait() const override;
  void step() override;

 private:
  bool settled() const override { return true; }
  ServiceLog& log_;
};

/// Writes what the log holds and what comes to descriptor 1, until `over` says that nothing will.
void follow_log(const Path& directory, const std::string& name, const std::function<bool()>& over);

}  // namespace sandbox::life
