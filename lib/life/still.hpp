#pragma once
// Still: a sandbox that stands still for as long as this object is there, so that its files can
// be copied. The side of who copies; the supervisor's is stillness.hpp.
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

  /// Throws Error when it has ended, or its supervisor has: then what is copied is not whole.
  void throw_if_ended() const;

  /// It goes on. Throws Error when it did not stand still, or live, all the time until now.
  void end() &&;

 private:
  Still(std::string id, Fd connection) : id_(std::move(id)), connection_(std::move(connection)) {}
  Error ended() const;
  std::string id_;
  Fd connection_;  // closing it is enough to let it go on
  Stillness stillness_;
  Fd upper_, users_;
};

}  // namespace sandbox::life
