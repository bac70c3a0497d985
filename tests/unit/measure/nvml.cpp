// GPUs are asked of a library that most machines lack.
#include "measure/nvml.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using measure::Nvml;

TEST_CASE("without the library there is nothing to say") { CHECK_FALSE(Nvml::open("libno-such-library.so.1")); }

TEST_CASE("a library that is another one is none") { CHECK_FALSE(Nvml::open("libc.so.6")); }

TEST_CASE("each GPU says what it uses, and one that cannot is 0") {
  const auto nvml = Nvml::open(FAKE_NVML);
  REQUIRE(nvml);
  const auto use = nvml->use();
  REQUIRE(use.size() == 2);
  CHECK(use[0].busy_percent == 75);
  CHECK(use[0].memory_bytes == 400);
  CHECK(use[1].memory_bytes == 0);
  CHECK(nvml->models() == std::vector<std::string>{"Fake\\x1b[31m GPU", "unknown"});
}
