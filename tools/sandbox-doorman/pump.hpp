#pragma once
// Pump: moves bytes between two connected sockets without looking at them (splice through a
// pipe), both ways; only requests on their way out may have to be followed. An end of file goes on as one, a reset as a reset; a slow reader slows the
// writer, and nothing is kept for him but one pipe.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "doors/http_requests.hpp"
#include "loop.hpp"
#include "record/doors.hpp"

namespace sandbox::doorman {

struct Pipe {
  Fd out, in;
};

/// Pipes wait here between uses: only a direction that is stuck needs one of its own.
class Pipes {
 public:
  Pipe take();
  void put_back(Pipe pipe);

 private:
  std::vector<Pipe> free_;
};

/// Bytes that may still pass, for all pumps together; without a number, any.
struct Allowance {
  std::optional<std::uint64_t> left;
};

class Pump final : public Loop::Watcher {
 public:
  enum class End { finished, reset, allowance, refused };
  using Done = std::function<void(End)>;

  struct Sides {
    Fd inside, outside;
    std::string to_outside, to_inside;  ///< was read before, goes first
    std::optional<std::uint64_t> most_out;  ///< what may follow from inside; more is left unread
    doors::HttpRequests* requests = nullptr;  ///< looks at what goes out; borrowed
    record::Passage& passage;                 ///< counts what went through; borrowed
  };

  Pump(Loop& loop, Pipes& pipes, Allowance& allowance, Sides sides, Done done);
  ~Pump() override;

  void ready(int fd, std::uint32_t events) override;
  /// Both sides see a reset.
  void break_off();

 private:
  struct Way {
    const Fd* from;
    const Fd* to;
    std::string first;
    std::optional<std::uint64_t> most;
    doors::HttpRequests* requests;
    std::uint64_t& moved;
    Pipe pipe{};
    std::size_t held = 0;  ///< in the pipe
    bool readable = true, writable = true, at_end = false, shut = false;
  };
  enum class Turn { waits, again, broken };

  void run();
  Turn run(Way& way);
  Turn send_first(Way& way);
  Turn empty_pipe(Way& way);
  Turn fill_pipe(Way& way);
  Turn read_requests(Way& way, std::uint64_t most);
  Turn after_reading(Way& way, ssize_t read);
  End why_broken() const;
  void finish(End end);

  Loop& loop_;
  Pipes& pipes_;
  Allowance& allowance_;
  Fd inside_, outside_;
  Way out_, in_;
  Done done_;
  Timer again_, half_;
};

}  // namespace sandbox::doorman
