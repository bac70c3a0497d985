#pragma once
// Still: a sandbox that stands still for as long as this object is there, so that its files can
// be copied. The side of who copies; the supervisor's is stillness.hpp.
#include "base/clock.hpp"
#include "base/error.hpp"
#include "life/stillness.hpp"
#include "store/store.hpp"

namespace sandbox::life {

class Still {
 public:
  /// Throws what the supervisor objects to.
  static Still begin(const store::Store& store, std::string_view id);

  const Stillness& stillness() const { return stillness_; }
  const Fd& upper() const { return upper_; }
  const Fd& users() const { return users_; }
  /// Of a virtual machine, which has neither: it does not stand still before it is brought to rest, see engine/vm/saved.hpp.
  const engine::Running& running() const { return running_; }

  /// Throws Error when it has ended, or its supervisor has: then what is copied is not whole.
  void throw_if_ended() const;

  /// It goes on. Throws Error when it did not stand still, or live, all the time until now.
  void end();
  /// From the beginning to the end.
  double stood_ms() const { return stood_ms_; }

 private:
  Still(std::string id, Fd connection) : id_(std::move(id)), connection_(std::move(connection)) {}
  Error ended() const;
  std::string id_;
  Stopwatch watch_;
  double stood_ms_ = 0;
  Fd connection_;  // closing it is enough to let it go on
  Stillness stillness_;
  Fd upper_, users_;
  engine::Running running_;
};

}  // namespace sandbox::life
