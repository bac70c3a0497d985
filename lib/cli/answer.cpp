#include "cli/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/tool_main.hpp"
#include "cli/warn.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "record/failure.hpp"
#include "record/stream.hpp"

namespace sandbox::cli {

namespace {

int failed(const Json& record, const Error& error) {
  record::write(1, record::Failure::of(error, tool_name(), record::as_from(record)));
  return tell(tool_name(), error);
}

int answer_one(const Json& record, std::size_t line, const std::function<int(const Json&)>& answer) {
  try {
    return answer(record);
  } catch (const record::Misfit& misfit) {
    throw Error(misfit.code(), fmt::format("stdin:{}: {}", line, misfit.what()), misfit.hint());
  }
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
      code = answer_one(*record, reader.line(), answer);
    } catch (const Error& error) {
      if (how.output.human() || how.output.quiet) throw;  // no record could stand for it
      code = failed(*record, error);
    }
    worst = std::max(worst, code);
  }
  if (!any) throw Error(ExitCode::input, "no records on stdin", how.hint);
  return worst;
}

}  // namespace sandbox::cli
