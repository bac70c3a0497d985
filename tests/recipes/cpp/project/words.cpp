#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include <thread>

TEST_CASE("a thread answers") {
  int answer = 0;
  std::thread([&] { answer = 6 * 7; }).join();
  CHECK(answer == 42);
}
