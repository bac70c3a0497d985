#pragma once
// Answering records: a tool whose target is not named reads records from stdin and answers
// each with one record, in order. What fails on one record is its answer, the others still
// have theirs, and the exit code is the worst of all.
#include <functional>
#include <string>

#include "cli/output.hpp"
#include "record/json.hpp"

namespace sandbox::cli {

/// How a tool reads records, and what it says when there are none.
struct Answering {
  std::string nothing_named;  ///< the problem when stdin is a terminal
  std::string hint;           ///< how to name it, or what to pipe
  const Output& output;
};

/// Calls `answer` with each record; it writes the answer and returns its exit code. What it
/// throws becomes the record of a failure and one line on stderr; where no records are
/// written, it ends the tool. A record::Misfit is said with the line of its record.
int answer_records(const Answering& how, const std::function<int(const Json& record)>& answer);

/// For what failed before us, which is passed on unchanged.
int pass_on(const Json& failure);

}  // namespace sandbox::cli
