#include "base/error.hpp"

#include <cerrno>

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a system error names the problem, the subject and the cause") {
  const Error error = error_of([] {
    errno = EACCES;
    throw_system_error("cannot create directory", "job-7", ExitCode::host);
  });
  CHECK(std::string(error.what()) == "cannot create directory 'job-7': Permission denied");
  CHECK(error.code() == ExitCode::host);
}

TEST_CASE("without a subject there are no empty quotes") {
  const Error error = error_of([] {
    errno = ENOSPC;
    throw_system_error("cannot wait");
  });
  CHECK(std::string(error.what()) == "cannot wait: No space left on device");
}

TEST_CASE("what the host denies is its own doing, with the next step; the rest is ours") {
  const auto made = [](int number, ExitCode code) {
    return error_of([&] {
      errno = number;
      throw_system_error("cannot write", "the record", code);
    });
  };
  for (const int number : {ENOSPC, EDQUOT, EROFS, EACCES, EPERM}) CHECK(made(number, ExitCode::failed).code() == ExitCode::host);
  for (const int number : {EIO, EINVAL, ENOENT, ENOMEM, EMFILE}) CHECK(made(number, ExitCode::failed).code() == ExitCode::failed);
  CHECK(made(ENOSPC, ExitCode::input).code() == ExitCode::input);
  CHECK(contains(made(ENOSPC, ExitCode::failed).hint(), "make room"));
  CHECK(made(EROFS, ExitCode::failed).hint().empty());
}

TEST_CASE("an unknown errno still has a text") { CHECK(contains(error_text(9999), "9999")); }
