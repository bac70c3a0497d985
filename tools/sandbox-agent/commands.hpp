#pragma once
// Commands: the table of commands, from start to proof that nothing of one is left. It knows
// no clients: what they must be told comes out of take_news().
#include <poll.h>
#include <sys/resource.h>

#include <cstddef>
#include <cstdint>

#include "command.hpp"
#include "passwd.hpp"
#include "request.hpp"
#include "streams.hpp"

namespace sandbox::agent {

std::uint64_t now_us();

class Commands {
 public:
  static constexpr std::size_t kMost = 256;
  static constexpr std::size_t kMostDetached = 64;

  /// `sandbox` holds the defaults; `cgroup` is -1 where commands get reapers.
  void set_up(const Request& sandbox, Handle cgroup);

  /// Null with `failed` set when nothing was started. `streams` holds the client's ends; with an input
  /// in it already, the command gets these.
  Command* execute(const Request& request, Streams& streams, wire::Failed& failed);
  Command* transfer(Command::Role role, const Request& request, Streams& streams,
                    wire::Failed& failed);

  Command* probe(const Request& request, wire::Failed& failed);

  Command* find(std::uint64_t serial);
  Command* find_detached(std::uint64_t pid);
  template <class Visit>
  void for_each(Visit visit) {
    for (Command* command : table_)
      if (command) visit(*command);
  }

  /// Ends it with all its descendants.
  void end(Command& command, wire::Cause cause);
  void signal(Command& command, int number);
  /// SIGTERM to everybody but the supervisor's own commands.
  void terminate_all();
  /// Lets a put take effect.
  void commit(Command& command);

  /// Something to tell a client: it started, it could not, it ended.
  enum class News { none, started, ended };
  News take_news(Command*& command);
  /// After its end was told: forgets all but detached commands.
  void told(Command& command);

  // The main loop's part.
  void reap();
  void tick(std::uint64_t now);
  std::uint64_t next_timer() const;
  std::size_t add_waits(pollfd* waits) const;
  void on_ready(int descriptor);
  std::size_t running() const;
  /// True once when something cannot be killed.
  bool take_stuck();

 private:
  Command* add();
  void drop(Command& command);
  bool make_room_for_detached();
  bool launch(Command& command, const Request& request, const Account& account, Streams& streams,
              struct Start& start, wire::Failed& failed);
  void on_exit(pid_t pid, int status, const rusage& usage);
  void on_main_end(Command& command, const wire::Ended& ended);
  void on_reaper_exit(Command& command, int status);
  void deliver_held_signals(Command& command);
  void read_report(Command& command);
  void read_reaper(Command& command);
  void ask_all_to_end(Command& command);
  void begin_kill(Command& command);
  void keep_killing(Command& command, std::uint64_t now);
  void finish(Command& command);
  void linger(Command& command);
  void sweep_leaves();

  Request sandbox_{};
  Handle cgroup_;
  bool has_clone3_ = false;
  bool stuck_ = false;
  std::uint64_t next_serial_ = 1;
  Command* table_[kMost] = {};
  // What commands left behind when they ended by themselves.
  static constexpr std::size_t kMostLingering = 256;
  std::uint64_t lingering_leaves_[kMostLingering] = {};
  pid_t lingering_reapers_[kMostLingering] = {};
};

}  // namespace sandbox::agent
