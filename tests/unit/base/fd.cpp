#include "base/fd.hpp"

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }
Fd some_fd() { return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

TEST_CASE("a descriptor is closed with its owner, and only then") {
  int number = -1;
  {
    Fd first = some_fd();
    number = first.get();
    const Fd second = std::move(first);
    CHECK(first.get() == -1);  // NOLINT: moved from on purpose
    CHECK(is_open(number));
  }
  CHECK_FALSE(is_open(number));
}

TEST_CASE("assignment closes what was held") {
  Fd kept = some_fd();
  const int before = kept.get();
  kept = some_fd();
  CHECK(is_open(kept.get()));
  CHECK((before == kept.get() || !is_open(before)));
}

TEST_CASE("assignment to itself keeps the descriptor") {
  Fd fd = some_fd();
  Fd& same = fd;
  fd = std::move(same);
  CHECK(is_open(fd.get()));
}

TEST_CASE("a released descriptor is left open") {
  const int number = some_fd().release();
  CHECK(is_open(number));
  const Fd owner(number);
}

TEST_CASE("a duplicate is close-on-exec and never a standard stream") {
  const Fd saved = duplicate(0);
  ::close(0);
  const Fd copy = duplicate(saved);
  ::dup2(saved.get(), 0);
  CHECK(copy.get() > 2);
  CHECK((::fcntl(copy.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a failed call becomes an error with its subject") {
  CHECK(contains(error_of([] { checked_fd(::open("/nonexistent", O_RDONLY), "cannot open", "it"); }).what(),
                 "cannot open 'it': No such file"));
}
