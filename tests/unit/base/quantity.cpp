#include "base/quantity.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using std::chrono::milliseconds;

TEST_CASE("sizes are powers of 1024, a bare number is bytes") {
  CHECK(parse_size("0") == 0);
  CHECK(parse_size("512") == 512);
  CHECK(parse_size("512B") == 512);
  CHECK(parse_size("1K") == 1024);
  CHECK(parse_size("1KiB") == 1024);
  CHECK(parse_size("1.5G") == std::uint64_t{3} << 29);
  CHECK(parse_size("2TiB") == std::uint64_t{2} << 40);
}

TEST_CASE("what is not a size is refused with an example") {
  for (const std::string_view text :
       {"", "-1", "+1", "1KB", "1k", "G", "1 G", " 1G", "1G ", "1.2.3", "0x10", "1e3", "nan", "inf", "1,5G",
        "99999999999999999999999999T", "4194304T"})
    CHECK(refuses([&] { parse_size(text); }, "not a size"));
}

TEST_CASE("durations add up, a bare number is seconds") {
  CHECK(parse_duration("90") == milliseconds(90'000));
  CHECK(parse_duration("250ms") == milliseconds(250));
  CHECK(parse_duration("1.005s") == milliseconds(1005));
  CHECK(parse_duration("1h30m") == milliseconds(5'400'000));
  CHECK(parse_duration("7d") == milliseconds(604'800'000));
}

TEST_CASE("what is not a duration is refused with an example") {
  for (const std::string_view text : {"", "-1s", "1h30", "0h30", "1x", "s", "1 h", "1h ", "1e9", "nan", "99999999999999d"})
    CHECK(refuses([&] { parse_duration(text); }, "not a duration"));
}

TEST_CASE("sizes are shown in the largest unit that fits") {
  CHECK(size_text(0) == "0 B");
  CHECK(size_text(1023) == "1023 B");
  CHECK(size_text(1024) == "1 KiB");
  CHECK(size_text(1536) == "1.5 KiB");
  CHECK(size_text(std::uint64_t{2} << 30) == "2 GiB");
  CHECK(size_text(~std::uint64_t{0}) == "16777216 TiB");
}

TEST_CASE("durations are shown in two units at most") {
  CHECK(duration_text(milliseconds(0)) == "0ms");
  CHECK(duration_text(milliseconds(999)) == "999ms");
  CHECK(duration_text(milliseconds(1250)) == "1.25s");
  CHECK(duration_text(milliseconds(59'999)) == "59s");
  CHECK(duration_text(milliseconds(5'400'000)) == "1h30m");
  CHECK(duration_text(milliseconds(90'061'000)) == "1d1h");
}

TEST_CASE("what is shown can be given back") {
  for (const std::int64_t ms : {1'250, 59'000, 61'000, 3'600'000, 5'400'000, 90'000'000})
    CHECK(parse_duration(duration_text(milliseconds(ms))) == milliseconds(ms));
}
