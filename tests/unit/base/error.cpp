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

TEST_CASE("an unknown errno still has a text") { CHECK(contains(error_text(9999), "9999")); }
