#include "record/stream.hpp"

#include <csignal>
#include <thread>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace record = sandbox::record;

namespace {

/// A reader over bytes that somebody else is still writing.
class Feed {
 public:
  explicit Feed(std::string bytes)
      : pipe_(test::make_pipe()), writer_([this, bytes = std::move(bytes)] {
          try {
            write_all(pipe_.in.get(), bytes, "feed");
          } catch (const Error&) {  // the reader gave up: many tests are about that
          }
          pipe_.in.close();
        }) {
    ::signal(SIGPIPE, SIG_IGN);
  }
  ~Feed() {
    pipe_.out.close();
    writer_.join();
  }
  record::Reader reader() const { return record::Reader(pipe_.out.get()); }

 private:
  Pipe pipe_;
  std::thread writer_;
};

bool refused(const std::string& bytes, std::string_view part) {
  const Feed feed(bytes);
  record::Reader reader = feed.reader();
  return refuses(
      [&] {
        while (reader.next()) {
        }
      },
      part);
}

}  // namespace

TEST_CASE("records come one per line, empty lines do not count") {
  const Feed feed("{\"schema\":\"a/1\"}\n\n \t\r\n{\"schema\":\"b/1\"}");
  record::Reader reader = feed.reader();
  CHECK((*reader.next())["schema"] == "a/1");
  CHECK((*reader.next())["schema"] == "b/1");
  CHECK(reader.line() == 4);
  CHECK_FALSE(reader.next());
  CHECK_FALSE(reader.next());
}

TEST_CASE("nothing at all is no record") {
  const Feed feed("");
  CHECK_FALSE(feed.reader().next());
}

TEST_CASE("what is not a record is refused with its line") {
  const std::string good = "{\"schema\":\"a/1\"}\n";
  CHECK(refused(good + "garbage\n", "stdin:2: not JSON"));
  CHECK(refused(good + good + "{\"schema\":\"a/1\"", "stdin:3: not JSON"));
  CHECK(refused("[]\n", "stdin:1: not a record"));
  CHECK(refused("null\n", "stdin:1: not a record"));
  CHECK(refused("{}\n", "stdin:1: not a record"));
  CHECK(refused("{\"schema\":1}\n", "stdin:1: not a record"));
  CHECK(refused("{\"schema\":\"a\xFF\"}\n", "stdin:1: not JSON"));
  CHECK(refused(std::string("{\"schema\":\"a/1\"}\0\n", 18), "stdin:1: not JSON"));
  CHECK(refused(good + std::string(200, '[') + "\n", "stdin:2: nested deeper"));
}

TEST_CASE("a line without an end is refused before it fills the memory") {
  const Feed feed(std::string(record::Reader::kMaxLine + (1 << 20), ' '));
  record::Reader reader = feed.reader();
  CHECK(refuses([&] { (void)reader.next(); }, "stdin:1: a line of more than 64 MiB"));
}

TEST_CASE("a long record arrives whole") {
  const std::string text(5 << 20, 'x');
  const Feed feed("{\"schema\":\"a/1\",\"text\":\"" + text + "\"}\n");
  CHECK((*feed.reader().next())["text"] == text);
}

TEST_CASE("a descriptor that cannot be read is bad input") {
  const TempDir place = scratch();
  const Fd directory(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  record::Reader reader(directory.get());
  CHECK(refuses([&] { (void)reader.next(); }, "cannot read 'stdin': Is a directory"));
}

TEST_CASE("a record that cannot be written whole is an error") {
  ::signal(SIGPIPE, SIG_IGN);
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK(contains(error_of([&] { record::write(full.get(), Json::object()); }).what(), "No space left"));
  Pipe pipe = test::make_pipe();
  pipe.out.close();
  CHECK(contains(error_of([&] { record::write(pipe.in.get(), Json::object()); }).what(), "Broken pipe"));
  CHECK(contains(error_of([&] { record::write(-1, Json::object()); }).what(), "Bad file descriptor"));
}
