// Every record of ours has an example beside its schema; what the code writes is that
// example, byte for byte.
#include "base/file.hpp"
#include "catch.hpp"
#include "record/changes.hpp"
#include "record/comment.hpp"
#include "record/copied.hpp"
#include "record/cost.hpp"
#include "record/diagnosis.hpp"
#include "record/difference.hpp"
#include "record/entry.hpp"
#include "record/failure.hpp"
#include "record/findings.hpp"
#include "record/image.hpp"
#include "record/measurements.hpp"
#include "record/outcome.hpp"
#include "record/process.hpp"
#include "record/reaped.hpp"
#include "record/refusal.hpp"
#include "record/report.hpp"
#include "record/sandbox.hpp"
#include "record/verified.hpp"

using namespace sandbox;
using namespace sandbox::test;
namespace record = sandbox::record;

namespace {

const Path kExamples = Path(SANDBOX_SOURCE) / "lib/record/example";

std::string example(const std::string& name) { return read_file(kExamples / (name + ".json"), 1 << 20); }

template <class Record>
std::string through(const std::string& text) {
  return record::dump(Json(record::parse(text, "example").get<Record>())) + "\n";
}

/// Each field of the example is needed or may be null: without it, no crash and no silence.
template <class Record>
void survives_the_loss_of_any_field(const std::string& text) {
  const Json whole = record::parse(text, "example");
  for (const auto& [name, value] : whole.items()) {
    Json cut = whole;
    cut.erase(name);
    try {
      (void)cut.get<Record>();
    } catch (const Error& error) {
      CHECK(contains(error.what(), "'" + name + "'"));
    }
    Json odd = whole;
    odd[name] = Json::array({Json::array()});
    try {
      (void)odd.get<Record>();
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::input);
    }
  }
}

}  // namespace

TEMPLATE_TEST_CASE("the example of a record survives reading and writing byte for byte", "", record::Image,
                   record::Sandbox, record::Outcome, record::Process, record::Reaped, record::Refusal, record::Failure,
                   record::Entry, record::Verified, record::Cost, record::Changes, record::Copied, record::Diagnosis,
                   record::Difference, record::Comment, record::Report, record::Findings, record::Measurements) {
  const std::string schema = TestType::kSchema;  // sandbox.NAME/1
  const std::string text = example(schema.substr(8, schema.find('/') - 8));
  CHECK(through<TestType>(text) == text);
  CHECK(record::parse(text, "example")["schema"] == schema);
  survives_the_loss_of_any_field<TestType>(text);
}

TEMPLATE_TEST_CASE("a reader ignores fields it does not know", "", record::Image, record::Sandbox, record::Outcome,
                   record::Process, record::Reaped, record::Refusal, record::Failure, record::Entry, record::Verified,
                   record::Cost, record::Difference, record::Copied, record::Changes, record::Comment, record::Findings,
                   record::Measurements) {
  const std::string schema = TestType::kSchema;
  const std::string text = example(schema.substr(8, schema.find('/') - 8));
  Json newer = record::parse(text, "example");
  newer["field_of_next_year"] = {{"a", 1}};
  CHECK(record::dump(Json(newer.get<TestType>())) + "\n" == text);
}
