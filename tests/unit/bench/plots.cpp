// Markdown, plots and pages of records that somebody hostile wrote.
#include "plots.hpp"

#include "base/text.hpp"
#include "catch.hpp"
#include "human.hpp"
#include "measure/distribution.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

const std::string kHostile = "</svg><script src=\"//x\">|`|\n/merge @all &\x1b[31m";

record::Measurements hostile() {
  record::Measurements all;
  all.image = all.image_digest = all.created = kHostile;
  all.engine = all.processor = all.machine.processor = all.machine.kernel = kHostile;
  record::MeasuredRow row;
  row.name = kHostile;
  row.samples = {1, 2, 3};
  row.distribution = measure::distribution_of(row.samples);
  row.error = kHostile;
  row.failed = 1;
  all.rows = {row};
  all.sweep = {{1, 2, 0, 10.0, 1.0, 2.0, {}}, {2, 4, 1, 15.0, 1.0, 2.0, kHostile}};
  all.series = {{kHostile, 20, {{0, 0, 1, {}, {}, {}, {}, {}}, {20, 5, 2, {}, {}, {}, {}, {}}}}};
  all.comparison = record::Comparison{kHostile, kHostile, {{kHostile, kHostile, kHostile}}, 0.1, {{"stage", kHostile, 1.5, 1.2, 1.8, kHostile, true}}};
  all.verdict = {"failed", kHostile};
  return all;
}

}  // namespace

TEST_CASE("nothing in a page or a plot is a stranger's markup") {
  for (const std::string& text : {tool::page({hostile()}), tool::svg(tool::plots_of(hostile()))}) {
    CHECK_FALSE(contains(text, "<script"));
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK(contains(text, "&lt;script"));
  }
}

TEST_CASE("a page loads nothing and runs nothing") {
  const std::string text = tool::page({hostile()});
  for (const char* part : {"<script", "<img", "<link", "<iframe", "href=", "url(", "@import"}) CHECK_FALSE(contains(text, part));
  CHECK(contains(text, "default-src 'none'"));
  CHECK(contains(text, "<polyline"));
  CHECK(contains(text, "<circle"));
}

TEST_CASE("a table of Markdown has no cell of a stranger, and no line") {
  const std::string text = tool::markdown(hostile());
  CHECK_FALSE(contains(text, "@all"));
  for (const std::string_view line : split(text, '\n')) CHECK_FALSE(line.starts_with("/"));
}

TEST_CASE("what people see moves no cursor") { CHECK_FALSE(contains(tool::human(hostile()), "\x1b")); }
