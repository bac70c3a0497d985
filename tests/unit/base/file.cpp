#include "base/file.hpp"

#include <sys/stat.h>

#include <csignal>
#include <thread>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;

TEST_CASE("a file that is larger than allowed is refused, not cut") {
  const TempDir place = scratch();
  const Path file = place.path() / "file";
  replace_file(file, std::string(1000, 'x'));
  CHECK(read_file(file, 1000).size() == 1000);
  CHECK(refuses([&] { read_file(file, 999); }, "larger than 999"));
}

TEST_CASE("an endless file is refused") {
  CHECK(refuses([] { read_file("/dev/zero", 1 << 20); }, "larger than"));
}

TEST_CASE("absence is an answer only where it was asked for") {
  CHECK_FALSE(read_file_if_exists("/nonexistent/file", 10));
  CHECK_FALSE(read_file_if_exists("/dev/null/file", 10));
  CHECK(contains(error_of([] { read_file("/nonexistent/file", 10); }).what(), "'/nonexistent/file'"));
}

TEST_CASE("a full disk is an error, not silence") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Error error = error_of([&] { write_all(full.get(), "record\n", "the log"); });
  CHECK(std::string(error.what()) == "cannot write 'the log': No space left on device");
  CHECK(error.code() == ExitCode::host);
}

TEST_CASE("a full stdout is our failure to answer, not the host's") {
  const Fd saved = duplicate(1);
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ::dup2(full.get(), 1);
  const Error error = error_of([&] { write_all(1, "record\n", "stdout"); });
  ::dup2(saved.get(), 1);
  CHECK(error.code() == ExitCode::failed);
  CHECK(std::string(error.what()) == "cannot write 'stdout': No space left on device");
}

TEST_CASE("a closed pipe is an error, not a signal") {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe pipe = test::make_pipe();
  pipe.out.close();
  CHECK(contains(error_of([&] { write_all(pipe.in.get(), "record\n", "stdout"); }).what(), "Broken pipe"));
}

TEST_CASE("more than a pipe holds arrives whole, even through a non-blocking descriptor") {
  const int flags = GENERATE(0, O_NONBLOCK);
  Pipe pipe = test::make_pipe(flags);
  std::string bytes(3 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7919 >> 3);
  std::thread writer([&] {
    write_all(pipe.in.get(), bytes, "pipe");
    pipe.in.close();
  });
  const std::string got = read_all(pipe.out.get(), bytes.size(), "pipe");
  writer.join();
  CHECK(got == bytes);
}

TEST_CASE("a replaced file is whole, private, and leaves nothing beside it") {
  const TempDir place = scratch();
  const Path file = place.path() / "file";
  replace_file(file, "old");
  replace_file(file, "new");
  CHECK(read_file(file, 10) == "new");
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(place.path()), {}) == 1);
}

TEST_CASE("a replacement that fails leaves the old file and nothing else") {
  const TempDir place = scratch();
  const Path directory = place.path() / "directory";
  std::filesystem::create_directories(directory / "inside");
  CHECK_THROWS_AS(replace_file(directory, "text"), Error);
  CHECK(std::filesystem::is_directory(directory));
  CHECK(std::distance(std::filesystem::directory_iterator(place.path()), {}) == 1);
}

TEST_CASE("a small kernel file is read relative to its directory") {
  const Fd proc(::open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  CHECK(contains(read_small(proc.get(), "status").value_or(""), "Name:"));
  CHECK_FALSE(read_small(proc.get(), "no-such-file"));
}
