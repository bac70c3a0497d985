#include "config/config.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::config;

namespace {

std::string refusal(std::string_view text) {
  Config config;
  try {
    apply(config, text, "config.json");
    return "";
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::input);
    return error.what();
  }
}

}  // namespace

TEST_CASE("every documented key is read") {
  Config config;
  apply(config, R"({"isolation": {"allow_missing": ["memory"], "require": ["landlock"]},
                    "execution": {"places": 3, "ttl": "10m", "idle": "90s",
                                  "limits": {"memory": "512M", "disk": 1048576, "pids": 64, "cpus": 0.5, "open_files": 100}},
                    "disk": {"image": "2G"},
                    "cache": {"scope": "mr-7"},
                    "log": {"required": true, "output_digest": true, "rotate": "1M", "keep": "90d"},
                    "prices": {"sandbox_hour": 0.01, "cpu_hour": 0.04, "memory_gib_hour": 0.005, "currency": "EUR"}})",
        "config.json");
  CHECK(config.allow_missing == std::vector<std::string>{"memory"});
  CHECK(config.require == std::vector<std::string>{"landlock"});
  CHECK(config.places == 3);
  CHECK(config.ttl == std::chrono::minutes(10));
  CHECK(config.idle == std::chrono::seconds(90));
  CHECK(config.disk_image_bytes == std::uint64_t{2} << 30);
  CHECK(config.limits.memory_bytes == 512u << 20);
  CHECK(config.limits.disk_bytes == 1048576u);
  CHECK(config.limits.cpus == 0.5);
  CHECK(config.cache_scope == "mr-7");
  CHECK(config.log.required);
  CHECK(config.log.output_digest);
  CHECK(config.log.rotate_bytes == 1u << 20);
  CHECK(config.log.keep == std::chrono::hours(24 * 90));
  CHECK(config.prices.sandbox_hour == 0.01);
  CHECK(config.prices.cpu_hour == 0.04);
  CHECK(config.prices.memory_gib_hour == 0.005);
  CHECK(config.prices.currency == "EUR");
}

TEST_CASE("a later file wins key by key") {
  Config config;
  apply(config, R"({"execution": {"places": 3, "ttl": "10m"}})", "first");
  apply(config, R"({"execution": {"places": 5}})", "second");
  CHECK(config.places == 5);
  CHECK(config.ttl == std::chrono::minutes(10));
}

TEST_CASE("a misspelt key is refused with its place") {
  CHECK(refusal(R"({"isolation": {"requires": []}})") == "isolation.requires: unknown key");
  CHECK(refusal(R"({"isolaton": {}})") == "config.json.isolaton: unknown key");
}

TEST_CASE("wrong types and impossible values are refused") {
  CHECK(refusal(R"({"isolation": {"require": "seccomp"}})") == "isolation.require: wrong type");
  CHECK(refusal(R"({"prices": {"cpu_hour": -1}})") == "a price cannot be less than nothing");
  CHECK(refusal(R"({"log": {"keep": 90}})") == "log.keep: wrong type");
  CHECK(refusal(R"({"execution": {"ttl": "soon"}})") == "not a duration: 'soon'");
  CHECK(refusal(R"({"execution": {"places": 0}})").find("must be 1") != std::string::npos);
  CHECK(refusal(R"([])") == "config.json: not an object");
  CHECK(refusal(R"({"execution": )").find("not JSON") != std::string::npos);
}

TEST_CASE("the environment wins over the files, and nonsense in it is refused") {
  const TempDir place = test::scratch();
  replace_file(place.path() / "c.json", R"({"execution": {"places": 3}})");
  ::setenv("SANDBOX_CONFIG", (place.path() / "c.json").c_str(), 1);
  ::unsetenv("SANDBOX_PLACES");
  CHECK(Config::load().places == 3);
  ::setenv("SANDBOX_PLACES", "8", 1);
  CHECK(Config::load().places == 8);
  for (const char* nonsense : {"0", "x", "8x", "-1"}) {
    ::setenv("SANDBOX_PLACES", nonsense, 1);
    CHECK_THROWS_AS(Config::load(), Error);
  }
  ::unsetenv("SANDBOX_PLACES");
  ::unsetenv("SANDBOX_CONFIG");
}
