#include "life/steps.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::life;

namespace {

/// What happened, in order.
struct Course {
  std::string said;
  Step step(const std::string& name) {
    Step step{name, 1, {}, [](record::Sandbox&) {}};
    step.apply = [this, name] { said += name + " "; };
    step.undo = [this, name] { said += "-" + name + " "; };
    return step;
  }
  Step failing(const std::string& name) {
    Step step = this->step(name);
    step.apply = [] { throw Error(ExitCode::host, "the kernel says no"); };
    return step;
  }
};

std::string states(const std::vector<record::Altered>& changes) {
  std::string out;
  for (const record::Altered& change : changes) out += change.state + " ";
  return out;
}

}  // namespace

TEST_CASE("an objection to one step withholds the others") {
  Course course;
  std::vector<Step> steps = {course.step("a"), course.step("b")};
  CHECK(states(looked_at(steps)) == "possible possible ");
  steps[1].objection = "not today";
  const auto changes = looked_at(steps);
  CHECK(states(changes) == "withheld refused ");
  CHECK(changes[1].reason == "not today");
}

TEST_CASE("steps are done in order, and taken back in the other when one fails") {
  Course course;
  std::vector<Step> steps = {course.step("a"), course.step("b"), course.step("c")};
  auto changes = looked_at(steps);
  CHECK(carry_out(steps, changes));
  CHECK(states(changes) == "applied applied applied ");
  CHECK(course.said == "a b c ");

  course.said.clear();
  steps[2] = course.failing("c");
  changes = looked_at(steps);
  CHECK_FALSE(carry_out(steps, changes));
  CHECK(states(changes) == "withheld withheld refused ");
  CHECK(changes[2].reason == "the kernel says no");
  CHECK(course.said == "a b -b -a ");
}

TEST_CASE("what cannot be taken back does not keep the others from it") {
  Course course;
  std::vector<Step> steps = {course.step("a"), course.step("b"), course.failing("c")};
  steps[1].undo = [] { throw Error(ExitCode::host, "no way back"); };
  auto changes = looked_at(steps);
  CHECK_FALSE(carry_out(steps, changes));
  CHECK(course.said == "a b -a ");
}
