#include "lives.hpp"

#include "catch.hpp"

using namespace sandbox::tool;

TEST_CASE("a life is forgotten at its end, which happens once") {
  Lives lives;
  lives.of("sb-a").ports[80].connections = 3;
  CHECK(lives.find("sb-a")->ports[80].connections == 3);
  CHECK(lives.end("sb-a"));
  CHECK(lives.find("sb-a") == nullptr);
  CHECK(lives.has_ended("sb-a"));
  CHECK_FALSE(lives.end("sb-a"));
  CHECK(lives.size() == 0);
}

TEST_CASE("however many ends are lost, the memory is bounded, and the newest are kept") {
  Lives lives;
  for (std::size_t i = 0; i < Lives::kMost + 10; ++i) lives.of("sb-" + std::to_string(i));
  CHECK(lives.size() == Lives::kMost);
  CHECK(lives.find("sb-9") == nullptr);
  CHECK(lives.find("sb-10") != nullptr);
  CHECK(lives.find("sb-" + std::to_string(Lives::kMost + 9)) != nullptr);
}

TEST_CASE("of ends the last ones are known") {
  Lives lives;
  for (std::size_t i = 0; i <= Lives::kMost; ++i) lives.end("sb-" + std::to_string(i));
  CHECK_FALSE(lives.has_ended("sb-0"));
  CHECK(lives.has_ended("sb-1"));
}
