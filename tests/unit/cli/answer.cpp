#include "cli/answer.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "cli/warn.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "record/stream.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using cli::Answering;

namespace {

struct Said {
  int code = 0;
  std::string out, err;
};

/// A descriptor leads elsewhere until the end of the scope.
class Redirected {
 public:
  Redirected(int number, int to) : number_(number), saved_(duplicate(number)) { ::dup2(to, number); }
  Redirected(const Redirected&) = delete;
  ~Redirected() { ::dup2(saved_.get(), number_); }

 private:
  int number_;
  Fd saved_;
};

Said answer(std::string_view input, cli::Output output, const std::function<int(const Json&)>& work) {
  Pipe in = test::make_pipe(), out = test::make_pipe(), err = test::make_pipe();
  write_all(in.in.get(), input, "the pipe");
  in.in.close();
  Said said;
  {
    const Redirected stdin_(0, in.out.get()), stdout_(1, out.in.get()), stderr_(2, err.in.get());
    cli::set_tool_name("sandbox-tool");
    const Answering how{"nothing is named", "name it", output};
    said.code = cli::answer_records(how, work);
  }
  out.in.close();
  err.in.close();
  said.out = read_all(out.out.get(), 1 << 20, "stdout");
  said.err = read_all(err.out.get(), 1 << 20, "stderr");
  return said;
}

constexpr cli::Output kJson{cli::Format::json, false};
constexpr const char* kTwo = "{\"schema\":\"a/1\",\"n\":1}\n\n{\"schema\":\"a/1\",\"n\":2}\n";

int write_number(const Json& record) {
  record::write(1, {{"answer", record["n"]}});
  return 0;
}

}  // namespace

TEST_CASE("each record has one answer, in order") {
  const Said said = answer(kTwo, kJson, write_number);
  CHECK(said.code == 0);
  CHECK(said.out == "{\"answer\":1}\n{\"answer\":2}\n");
  CHECK(said.err.empty());
}

TEST_CASE("what fails on one record is its answer, the others have theirs, the worst code counts") {
  const Said said = answer(kTwo, kJson, [](const Json& record) {
    if (record["n"] == 1) throw Error(ExitCode::host, "it cannot be", "try");
    return write_number(record);
  });
  CHECK(said.code == 3);
  const std::size_t line = said.out.find('\n');
  const Json failure = record::parse(said.out.substr(0, line), "the answer");
  CHECK(record::is_failure(failure));
  CHECK(failure["tool"] == "sandbox-tool");
  CHECK(failure["from"]["n"] == 1);
  CHECK(said.out.substr(line + 1) == "{\"answer\":2}\n");
  CHECK(said.err == "sandbox-tool: it cannot be\nsandbox-tool: hint: try\n");
}

TEST_CASE("a record that does not fit is named by its line, other mistakes are not its fault") {
  const Said misfit = answer(kTwo, kJson, [](const Json& record) {
    if (record["n"] == 2) record::required(record, "sandbox.sandbox/1", "sandbox", "pipe it");
    return 0;
  });
  CHECK(misfit.code == 2);
  CHECK(misfit.err == "sandbox-tool: stdin:3: no sandbox in the record\nsandbox-tool: hint: pipe it\n");
  const Said other = answer(kTwo, kJson, [](const Json&) -> int { throw Error(ExitCode::input, "--memory is too small"); });
  CHECK(contains(other.err, "sandbox-tool: --memory is too small\n"));
}

TEST_CASE("where no records are written, the first failure ends the tool") {
  const auto refuse = [](const Json&) -> int { throw record::Misfit("the record lacks 'labels'"); };
  for (const cli::Output output : {cli::Output{cli::Format::human, false}, cli::Output{cli::Format::json, true}}) {
    const Error error = error_of([&] { answer(kTwo, output, refuse); });
    CHECK(error.code() == ExitCode::input);
    CHECK(std::string(error.what()) == "stdin:1: the record lacks 'labels'");
  }
}

TEST_CASE("no records are a mistake, and a failure is passed on as it is") {
  CHECK(std::string(error_of([] { answer("\n", kJson, write_number); }).what()) == "no records on stdin");
  const std::string failure = "{\"schema\":\"sandbox.error/1\",\"more\":true}\n";
  const Said said = answer(failure, kJson, cli::pass_on);
  CHECK(said.code == 1);
  CHECK(said.out == failure);
}
