#include "build/services.hpp"

#include "build/recipe.hpp"
#include "catch.hpp"

using namespace sandbox;

namespace {

build::Recipe with(const std::string& more) { return build::parse_recipe("name: x\nfrom: scratch\n" + more, "/r"); }

/// The lines after the start begin at 3.
std::string refusal(const std::string& more) {
  const Error error = test::error_of([&] { with(more); });
  CHECK(error.code() == ExitCode::input);
  return std::string(error.what()).substr(15);
}

}  // namespace

TEST_CASE("a service has what its recipe says, and defaults for the rest") {
  const build::Recipe recipe = with(R"(services:
  db:
    command: [db, --port, "5432"]
    ready: {command: [db-ping]}
    restart: on-failure
    timeout: 2m
    user: 70
    workdir: /var//lib/db
    env: {MODE: quick}
  web:
    command: exec web
    ready: {http: /health, port: 8080}
    after: [db]
)");
  REQUIRE(recipe.services.size() == 2);
  const record::Service& db = recipe.services[0];
  CHECK(db.name == "db");
  CHECK(db.command == std::vector<std::string>{"db", "--port", "5432"});
  CHECK(db.ready.command == std::vector<std::string>{"db-ping"});
  CHECK(db.restart == "on-failure");
  CHECK(db.timeout_ms == 120'000);
  CHECK(db.user == "70");
  CHECK(db.workdir == "/var/lib/db");
  CHECK(db.env.at("MODE") == "quick");
  const record::Service& web = recipe.services[1];
  CHECK(web.command == std::vector<std::string>{"/bin/sh", "-c", "exec web"});
  CHECK(web.ready.port == 8080);
  CHECK(web.ready.http == "/health");
  CHECK(web.after == std::vector<std::string>{"db"});
  CHECK(web.restart == "no");
  CHECK(web.timeout_ms == 30'000);
}

TEST_CASE("services that wait for each other, or for nobody, are refused where that is said") {
  CHECK(refusal("services:\n  a: {command: x, after: [b]}\n  b: {command: x, after: [a]}\n") ==
        "4:27: the service 'a' waits for itself, by way of 'b'");
  CHECK(refusal("services: {a: {command: x, after: [a]}}\n") == "3:36: the service 'a' waits for itself, by way of 'a'");
  CHECK(refusal("services: {data: {command: x}, b: {command: x, after: [dta]}}\n") ==
        "3:56: no service 'dta' (did you mean 'data'?)");
  CHECK_NOTHROW(with("services: {a: {command: x, after: [b, c]}, b: {command: x, after: [c]}, c: {command: x}}\n"));
}

TEST_CASE("what a service cannot be is refused") {
  CHECK(test::contains(refusal("services: {a: {ready: {port: 1}}}\n"), "needs 'command'"));
  CHECK(test::contains(refusal("services: {'1': {command: x}}\n"), "not a service's name"));
  CHECK(test::contains(refusal("services: {a: {command: x, ready: {http: /}}}\n"), "'http' needs 'port'"));
  CHECK(test::contains(refusal("services: {a: {command: x, ready: {port: 1, command: ping}}}\n"), "either"));
  CHECK(test::contains(refusal("services: {a: {command: x, ready: {}}}\n"), "either"));
  CHECK(test::contains(refusal("services: {a: {command: x, ready: {http: 'a b', port: 1}}}\n"), "a path"));
  CHECK(test::contains(refusal("services: {a: {command: x, timeout: 2 apples}}\n"), "a duration"));
  CHECK(test::contains(refusal("services: {a: {command: x, timeout: 5d}}\n"), "a duration from"));
  std::string many = "services:\n";
  for (int i = 0; i < 33; ++i) many += "  s" + std::to_string(i) + ": {command: x}\n";
  CHECK(test::contains(refusal(many), "more than 32"));
}

TEST_CASE("a recipe's services take the place of those below that have their names") {
  record::Defaults below;
  below.services = with("services: {a: {command: old}, b: {command: kept}}\n").services;
  const auto services = with("services: {a: {command: new}, c: {command: more}}\n").defaults_over(below).services;
  REQUIRE(services.size() == 3);
  CHECK(services[0].command.back() == "new");
  CHECK(services[1].command.back() == "kept");
  CHECK(services[2].name == "c");
}

TEST_CASE("caches, devices and nesting are run defaults") {
  record::Defaults below;
  below.devices = {"a.example/b=c"};
  below.nested = true;
  const auto defaults = with("caches: {pip: /root//.cache}\ndevices: [a.example/b=c, nvidia.com/gpu=all]\n").defaults_over(below);
  CHECK(defaults.caches.at("pip") == "/root/.cache");
  CHECK(defaults.devices == std::vector<std::string>{"a.example/b=c", "nvidia.com/gpu=all"});
  CHECK(defaults.nested);
  CHECK_FALSE(with("nested: false\n").defaults_over(below).nested);
  CHECK(test::contains(refusal("devices: [gpu]\n"), "not a device's name"));
  CHECK(test::contains(refusal("devices: ['a/b=..']\n"), "not a device's name"));
  CHECK(test::contains(refusal("caches: {pip: /proc/x}\n"), "cannot be in /proc"));
  CHECK(test::contains(refusal("nested: 'true'\n"), "true or false"));
}
