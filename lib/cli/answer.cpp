#include "cli/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/tool_main.hpp"
#include "record/chain.hpp"
#include "record/failure.hpp"
#include "record/stream.hpp"

namespace sandbox::cli {

namespace {

int failed(const Answering& how, const Json& record, const Error& error) {
  record::write(1, record::Failure::of(error, how.tool, record::as_from(record)));
  return tell(how.tool.c_str(), error);
}

}  // namespace

int pass_on(const Json& failure) {
  record::write(1, failure);
  return static_cast<int>(ExitCode::no);
}

int answer_records(const Answering& how, const std::function<int(const Json&)>& answer) {
  if (!stdin_has_records()) throw Error(ExitCode::input, how.nothing_named, how.hint);
  record::Reader reader(0);
  int worst = 0;
  bool any = false;
  while (const auto record = reader.next()) {
    any = true;
    int code = 0;
    try {
      code = answer(*record);
    } catch (const Error& error) {
      if (how.output.human() || how.output.quiet) throw;  // no record could stand for it
      code = failed(how, *record, error);
    }
    worst = std::max(worst, code);
  }
  if (!any) throw Error(ExitCode::input, "no records on stdin", how.hint);
  return worst;
}

}  // namespace sandbox::cli
