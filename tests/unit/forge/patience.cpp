#include "forge/patience.hpp"

#include "catch.hpp"

using namespace sandbox::forge;
using namespace std::chrono_literals;

namespace {

Response answer(int status, std::map<std::string, std::string> headers = {}, std::optional<std::chrono::seconds> retry_after = {}) {
  return {status, "", std::move(headers), retry_after};
}

}  // namespace

TEST_CASE("a forge that is busy is asked again after the time that it names") {
  CHECK(wait_after(answer(429, {}, 7s), 0, false, 0) == 7s);
  CHECK(wait_after(answer(403, {}, 60s), 0, false, 0) == 60s);
  CHECK(wait_after(answer(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1030"}}), 0, false, 1000) == 30s);
  CHECK(wait_after(answer(429, {{"x-ratelimit-reset", "900"}}), 0, false, 1000) == 1s);
  CHECK(wait_after(answer(503, {}, 5s), 0, false, 0) == 5s);
  Response matrix = answer(429);
  matrix.body = R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500})";
  CHECK(wait_after(matrix, 0, true, 0) == 1500ms);
}

TEST_CASE("without a time, each wait is twice the one before") {
  CHECK(wait_after(answer(429), 0, false, 0) == 500ms);
  CHECK(wait_after(answer(429), 1, false, 0) == 1s);
  CHECK(wait_after(answer(502), 2, true, 0) == 2s);
  CHECK(wait_after(answer(429), 1000, false, 0) == 32s);
}

TEST_CASE("what may have been carried out and cannot be repeated is not") {
  for (const int status : {500, 502, 503, 504}) CHECK_FALSE(wait_after(answer(status), 0, false, 0));
  for (const int status : {200, 201, 400, 401, 403, 404, 422, 500}) CHECK_FALSE(wait_after(answer(status), 0, true, 0));
  CHECK_FALSE(wait_after(answer(403, {{"x-ratelimit-remaining", "17"}}), 0, true, 0));
}
