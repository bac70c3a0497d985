#include "cli/human.hpp"

#include "catch.hpp"

using sandbox::cli::Table;

TEST_CASE("columns line up, and no line ends in blanks") {
  Table table;
  table.row({"ID", "NAME", "AGE"});
  table.row({"sb-1", "größer", "5s"});
  table.row({"sb-12345", "x", ""});
  CHECK(table.text() ==
        "ID        NAME    AGE\n"
        "sb-1      größer  5s\n"
        "sb-12345  x       \n");
}

TEST_CASE("hostile text in a table stays in its cell") {
  Table table;
  table.row({"a\nb\x1b[2J", "c"});
  CHECK(table.text() == "a\\x0ab\\x1b[2J  c\n");
}

TEST_CASE("rows may have different lengths") {
  Table table;
  table.row({"a"});
  table.row({"b", "c"});
  CHECK(table.text() == "a\nb  c\n");
}
