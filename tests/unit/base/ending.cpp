#include "base/ending.hpp"

#include <sys/wait.h>

#include "catch.hpp"

using namespace sandbox;

namespace {

/// What wait(2) documents, read off the bits: the low seven are the signal, bit 7 says that
/// a core was dumped, the next byte is the exit code.
int expected_shell_code(int status) {
  const int signal = status & 0x7F;
  return signal == 0 ? status >> 8 : 128 + signal;
}

}  // namespace

TEST_CASE("every 16-bit wait status of an ended process is decoded as the kernel means it") {
  int wrong = 0;
  for (int status = 0; status <= 0xFFFF; ++status) {
    if ((status & 0x7F) == 0x7F) continue;  // stopped or continued: not an end
    const Ending ending = ending_of_status(status);
    const bool exited = std::holds_alternative<Exited>(ending);
    if (exited != ((status & 0x7F) == 0) || shell_code(ending) != expected_shell_code(status)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a dumped core changes nothing about the signal") {
  CHECK(shell_code(ending_of_status(11)) == 139);
  CHECK(shell_code(ending_of_status(11 | 0x80)) == 139);
}

TEST_CASE("waitid's answer means the same as wait's") {
  for (int code = 0; code < 256; ++code)
    CHECK(shell_code(ending_of_siginfo(CLD_EXITED, code)) == shell_code(ending_of_status(code << 8)));
  for (int signal = 1; signal < 65; ++signal) {
    CHECK(shell_code(ending_of_siginfo(CLD_KILLED, signal)) == 128 + signal);
    CHECK(shell_code(ending_of_siginfo(CLD_DUMPED, signal)) == 128 + signal);
  }
}
