#include "exposition.hpp"

#include <limits>

#include "capped.hpp"
#include "catch.hpp"

using namespace sandbox::tool;

TEST_CASE("a family has its help and type once, and its samples sorted") {
  Exposition exposition;
  Family& family = exposition.counter("sandbox_ends_total", "Ends.");
  family.add({{"reason", "ttl"}});
  family.add({{"reason", "asked"}}, 2);
  family.add({{"reason", "ttl"}});
  exposition.gauge("sandbox_images", "Images.").set({}, 0.25);
  CHECK(exposition.text() ==
        "# HELP sandbox_ends_total Ends.\n# TYPE sandbox_ends_total counter\n"
        "sandbox_ends_total{reason=\"asked\"} 2\nsandbox_ends_total{reason=\"ttl\"} 2\n"
        "# HELP sandbox_images Images.\n# TYPE sandbox_images gauge\nsandbox_images 0.25\n");
}

TEST_CASE("a family without a sample is not written") {
  Exposition exposition;
  exposition.counter("sandbox_ends_total", "Ends.");
  CHECK(exposition.text().empty());
}

TEST_CASE("labels of all samples stand before their own") {
  Exposition exposition;
  exposition.gauge("a", "A.").set({{"part", "log"}}, 1);
  exposition.gauge("b", "B.").set({}, 2);
  const std::string text = exposition.text({{"store", "ci"}});
  CHECK(text.find("a{store=\"ci\",part=\"log\"} 1\n") != text.npos);
  CHECK(text.find("b{store=\"ci\"} 2\n") != text.npos);
}

TEST_CASE("what a label holds cannot end it") {
  CHECK(label_text("a\"b\\c\nd") == "a\\\"b\\\\c\\nd");
  CHECK(label_text("\xff") == "\\\\xff");
  CHECK(label_text("größe") == "größe");
}

TEST_CASE("help is one line") {
  Exposition exposition;
  exposition.gauge("a", "one\ntwo \\ \"three\"").set({}, 1);
  CHECK(exposition.text().starts_with("# HELP a one\\ntwo \\\\ \"three\"\n# TYPE a gauge\n"));
}

TEST_CASE("numbers are written as the format wants them") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(3) == "3");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(270553174016.0) == "270553174016");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "+Inf");
  CHECK(number_text(-std::numeric_limits<double>::infinity()) == "-Inf");
  CHECK(number_text(std::numeric_limits<double>::quiet_NaN()) == "NaN");
}

TEST_CASE("names of labels are those that Prometheus takes") {
  for (const char* name : {"store", "_x", "A9"}) CHECK(is_label_name(name));
  for (const char* name : {"", "9a", "__name__", "le", "a-b", "a b", "é"}) CHECK_FALSE(is_label_name(name));
}

TEST_CASE("a bound of a histogram is part of what is below it") {
  const double bounds[] = {0.1, 1};
  Exposition exposition;
  Family& family = exposition.histogram("t_seconds", "Times.", bounds);
  for (const double seconds : {0.1, 0.5, 2.0}) family.observe({{"stage", "clone"}}, seconds);
  CHECK(exposition.text() ==
        "# HELP t_seconds Times.\n# TYPE t_seconds histogram\n"
        "t_seconds_bucket{stage=\"clone\",le=\"0.1\"} 1\nt_seconds_bucket{stage=\"clone\",le=\"1\"} 2\n"
        "t_seconds_bucket{stage=\"clone\",le=\"+Inf\"} 3\nt_seconds_sum{stage=\"clone\"} 2.6\nt_seconds_count{stage=\"clone\"} 3\n");
}

TEST_CASE("a histogram that has measured nothing is there") {
  const double bounds[] = {1};
  Exposition exposition;
  exposition.histogram("t_seconds", "Times.", bounds).histogram({});
  CHECK(exposition.text().find("t_seconds_bucket{le=\"+Inf\"} 0\nt_seconds_sum 0\nt_seconds_count 0\n") != std::string::npos);
}

TEST_CASE("the sum of a histogram does not depend on the order") {
  const double bounds[] = {1};
  Histogram one(bounds), other(bounds);
  std::vector<double> values;
  for (int i = 1; i < 1000; ++i) values.push_back(i * 0.0001);
  for (const double value : values) one.observe(value);
  for (auto value = values.rbegin(); value != values.rend(); ++value) other.observe(*value);
  CHECK(one.sum() == other.sum());
  CHECK(one.sum() == 49.95);
}

TEST_CASE("damage of any size leaves a histogram that can be read") {
  const double bounds[] = {1};
  Histogram histogram(bounds);
  histogram.observe(1e300);
  histogram.observe(-1);
  CHECK(histogram.cumulated() == std::vector<std::uint64_t>{1, 2});
  CHECK(histogram.sum() == 1e8);
}

TEST_CASE("a label has only so many values; the first ones keep their names") {
  Capped capped(2);
  CHECK(capped("a") == "a");
  CHECK(capped("b") == "b");
  CHECK(capped("c") == "other");
  CHECK(capped("a") == "a");
  CHECK(Capped(2)(std::string(101, 'x')) == "other");
  CHECK(Capped(2)("") == "other");
  Capped closed{"in", "out"};
  CHECK(closed("in") == "in");
  CHECK(closed("up") == "other");
}
