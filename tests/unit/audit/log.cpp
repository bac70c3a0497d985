#include "audit/log.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/lock.hpp"
#include "catch.hpp"
#include "digest/sha256.hpp"
#include "place.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

Json entry(const std::string& line) { return record::parse(line, "the log"); }

/// Files may not become longer than this until the end of the scope.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t most) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lowered{most, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lowered);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("each entry holds the digest of the line before it") {
  const LogPlace place;
  place.fill(3);
  const auto lines = place.lines();
  REQUIRE(lines.size() == 3);
  CHECK(entry(lines[0])["previous"].is_null());
  for (std::size_t i = 1; i < lines.size(); ++i) CHECK(entry(lines[i])["previous"] == digest::sha256_hex(lines[i - 1]));
  CHECK(entry(lines[2])["number"] == 3);
}

TEST_CASE("an entry says who did it, with what, and on whose behalf") {
  const LogPlace place;
  place.fill(1);
  const Json line = entry(place.lines()[0]);
  CHECK(line["actor"] == Json({{"uid", 1000}, {"name", "ci/job-17"}}));
  CHECK(line["source"] == Json({{"tool", "sandbox-test"}, {"pid", ::getpid()}}));
}

TEST_CASE("the head that is returned is that of the log") {
  const LogPlace place;
  place.fill(2);
  audit::Log log(place.settings());
  const auto head = log.append({"end", {}, Json::object()});
  CHECK(head == place.verified().head);
}

TEST_CASE("a log that another writes meanwhile goes on where that one ended") {
  const LogPlace place;
  audit::Log first(place.settings()), second(place.settings());
  for (int i = 0; i < 3; ++i) {
    first.append({"end", {}, Json::object()});
    second.append({"end", {}, Json::object()});
  }
  CHECK(place.verified().intact);
  CHECK(place.verified().entries == 6);
}

TEST_CASE("an entry longer than what is read of the tail at first is found whole") {
  const LogPlace place;
  audit::Log log(place.settings());
  Json body = Json::object();
  for (int i = 0; i < 12; ++i) body["part" + std::to_string(i)] = std::string(4000, 'x');
  for (int i = 0; i < 3; ++i) log.append({"end", {}, body});
  CHECK(place.verified().intact);
  CHECK(entry(place.lines()[2])["shortened"] == false);
}

TEST_CASE("an event that is too long for a line loses its fields, not its entry") {
  const LogPlace place;
  audit::Log log(place.settings());
  Json body = Json::object();
  for (int i = 0; i < 200; ++i) body["part" + std::to_string(i)] = std::string(4000, 'x');
  CHECK(log.append({"end", "sb-aaaaaaaaaa", body}));
  const Json line = entry(place.lines()[0]);
  CHECK(line["event"] == Json::object());
  CHECK(line["shortened"] == true);
  CHECK(line["sandbox"] == "sb-aaaaaaaaaa");
}

TEST_CASE("secrets that the log was told of are in no entry") {
  const LogPlace place;
  audit::Log log(place.settings());
  log.redact({"hunter2"});
  log.append({"command", {}, {{"argv", {"login", "hunter2"}}}});
  log.append_failure(Error(ExitCode::input, "cannot log in with 'hunter2'"));
  CHECK_FALSE(contains(read_file(place.current(), 1 << 20), "hunter2"));
  CHECK(place.lines().size() == 2);
}

TEST_CASE("a torn line is set aside in a file of its own, and the log says so") {
  const LogPlace place;
  place.fill(2);
  const std::string torn = R"({"schema":"sandbox.entry/1","number":3,"ti)";
  const std::string whole = read_file(place.current(), 1 << 20);
  replace_file(place.current(), whole + torn);
  CHECK(place.verified().intact);
  CHECK(place.verified().torn_bytes == torn.size());

  place.fill(1);
  const auto lines = place.lines();
  REQUIRE(lines.size() == 4);
  const Json event = entry(lines[2])["event"];
  CHECK(entry(lines[2])["kind"] == "torn");
  CHECK(event["sha256"] == digest::sha256_hex(torn));
  CHECK(read_file(place.directory() / event["file"].get<std::string>(), 1 << 20) == torn);
  CHECK(place.verified().intact);
  CHECK(place.verified().torn_bytes == 0);
}

TEST_CASE("a file that holds nothing but a torn line begins anew") {
  const LogPlace place;
  ::mkdir(place.directory().c_str(), 0700);
  replace_file(place.current(), std::string("\0\0\0", 3));
  place.fill(1);
  CHECK(place.verified().intact);
  CHECK(place.verified().entries == 2);
}

TEST_CASE("a full disk is said once, leaves nothing torn, and is over when there is room again") {
  const LogPlace place;
  place.fill(1);
  std::vector<std::string> complaints;
  audit::Settings settings = place.settings();
  settings.complain = [&](const std::string& text) { complaints.push_back(text); };
  audit::Log log(settings);
  {
    // A part of the entry still fits.
    const FileSizeLimit limit(std::filesystem::file_size(place.current()) + 50);
    CHECK_FALSE(log.append({"end", {}, Json::object()}));
    CHECK_FALSE(log.append({"end", {}, Json::object()}));
  }
  REQUIRE(complaints.size() == 1);
  CHECK(contains(complaints[0], "cannot write"));
  CHECK(place.verified().torn_bytes == 0);
  CHECK(log.append({"end", {}, Json::object()}));
  CHECK(place.verified().intact);
  CHECK(place.verified().entries == 2);
}

TEST_CASE("where the log is required, what cannot be logged is a failure") {
  const LogPlace place;
  place.fill(1);
  audit::Settings settings = place.settings();
  settings.required = true;
  audit::Log log(settings);
  const FileSizeLimit limit(std::filesystem::file_size(place.current()));
  const Error error = error_of([&] { log.append({"end", {}, Json::object()}); });
  CHECK(error.code() == ExitCode::failed);
  CHECK(contains(error.what(), "cannot write the log"));
}

TEST_CASE("a log that cannot be reached never fails its writer") {
  std::vector<std::string> complaints;
  audit::Settings settings;
  settings.directory = "/proc/self/no/such/place";
  settings.complain = [&](const std::string& text) { complaints.push_back(text); };
  audit::Log log(settings);
  CHECK_FALSE(log.append({"end", {}, Json::object()}));
  log.append_failure(Error(ExitCode::failed, "bad news"));
  CHECK(complaints.size() == 1);
}

TEST_CASE("a log that is a symbolic link is not followed") {
  const LogPlace place;
  ::mkdir(place.directory().c_str(), 0700);
  std::filesystem::create_symlink("elsewhere", place.current());
  audit::Log log(place.settings());
  CHECK_FALSE(log.append({"end", {}, Json::object()}));
  CHECK_FALSE(std::filesystem::exists(place.directory() / "elsewhere"));
}

TEST_CASE("a holder of the lock that hangs costs an entry, not the tool") {
  const LogPlace place;
  place.fill(1);
  const Fd held = lock_file(place.directory() / audit::kLockName);
  audit::Log log(place.settings());
  CHECK_FALSE(log.append({"end", {}, Json::object()}));
}

TEST_CASE("twenty processes at once lose nothing") {
  const LogPlace place;
  constexpr int kWriters = 20, kEach = 50;
  std::vector<pid_t> writers;
  for (int i = 0; i < kWriters; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      place.fill(kEach);
      ::_exit(0);
    }
    writers.push_back(pid);
  }
  for (const pid_t pid : writers) {
    int status = -1;
    ::waitpid(pid, &status, 0);
    CHECK(status == 0);
  }
  const record::Verified verified = place.verified();
  CHECK(verified.intact);
  CHECK(verified.entries == kWriters * kEach);
}
