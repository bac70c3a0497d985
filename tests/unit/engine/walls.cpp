#include "engine/container/walls.hpp"

#include <set>

#include "base/error.hpp"
#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::engine;

namespace {

Spec spec() {
  Spec made;
  made.limits = record::Limits::defaults();
  return made;
}

HostFacts full_host() {
  HostFacts facts;
  const isolate::CgroupParent parent{"/cgroup/sandbox", isolate::CgroupParent::Version::v2};
  facts.cgroups.memory = facts.cgroups.pids = facts.cgroups.cpu = parent;
  facts.ids = {isolate::kFirstId, isolate::kIdsPerSandbox};
  facts.landlock = 7;
  return facts;
}

const record::Wall& wall(const std::vector<record::Wall>& walls, const std::string& name) {
  for (const record::Wall& one : walls)
    if (one.name == name) return one;
  throw std::logic_error("no wall " + name);
}

ExitCode refusal(const Spec& spec, const HostFacts& facts) {
  try {
    refuse_missing(plan_walls(spec, facts), spec);
    return ExitCode::ok;
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("every wall is listed exactly once, up or absent") {
  for (const HostFacts& facts : {full_host(), HostFacts{}}) {
    std::set<std::string> names;
    for (const record::Wall& one : plan_walls(spec(), facts)) CHECK(names.insert(one.name).second);
    CHECK(names.size() == record::kWalls.size());
    for (const std::string_view name : record::kWalls) CHECK(names.contains(std::string(name)));
  }
}

TEST_CASE("the record names the mechanism of each limit") {
  HostFacts facts = full_host();
  CHECK(wall(plan_walls(spec(), facts), "memory").by == "cgroup-v2");
  facts.cgroups.memory->version = isolate::CgroupParent::Version::v1;
  CHECK(wall(plan_walls(spec(), facts), "memory").by == "cgroup-v1");
  CHECK(wall(plan_walls(spec(), facts), "memory").limit == spec().limits.memory_bytes);
}

TEST_CASE("the disk's wall says what bounds it, with how many bytes and files") {
  Spec wanted = spec();
  wanted.limits.disk_bytes = 16 << 20;
  CHECK(wall(plan_walls(wanted, full_host()), "disk").by == "tmpfs");
  wanted.disk = DiskFolder{"/store/disks/sb-aaaaaaaaaa", "project-quota"};
  const std::vector<record::Wall> walls = plan_walls(wanted, full_host());
  CHECK(wall(walls, "disk").up);
  CHECK(wall(walls, "disk").by == "project-quota");
  CHECK(wall(walls, "disk").limit == 16 << 20);
  CHECK(wall(walls, "disk").inodes == 2048);
  CHECK_FALSE(wall(walls, "memory").inodes);
}

TEST_CASE("a missing memory wall is a refusal unless it is allowed by name") {
  HostFacts facts = full_host();
  facts.cgroups.memory.reset();
  Spec wanted = spec();
  CHECK(refusal(wanted, facts) == ExitCode::host);
  wanted.allow_missing = {"pids"};
  CHECK(refusal(wanted, facts) == ExitCode::host);
  wanted.allow_missing = {"memory"};
  CHECK(refusal(wanted, facts) == ExitCode::ok);
}

TEST_CASE("cpu and landlock may be absent unless they are required") {
  HostFacts facts = full_host();
  facts.cgroups.cpu.reset();
  facts.landlock = 0;
  Spec wanted = spec();
  CHECK(refusal(wanted, facts) == ExitCode::ok);
  CHECK_FALSE(wall(plan_walls(wanted, facts), "cpu").up);
  for (const char* name : {"cpu", "landlock"}) {
    wanted.require = {name};
    CHECK(refusal(wanted, facts) == ExitCode::host);
  }
}

TEST_CASE("a container cannot be required to have a kernel of its own") {
  Spec wanted = spec();
  wanted.require = {"kernel"};
  CHECK(refusal(wanted, full_host()) == ExitCode::host);
}

TEST_CASE("a misspelt wall is bad input, not a wall that is never checked") {
  Spec wanted = spec();
  wanted.require = {"secomp"};
  CHECK(refusal(wanted, full_host()) == ExitCode::input);
  wanted = spec();
  wanted.allow_missing = {"memry"};
  CHECK(refusal(wanted, full_host()) == ExitCode::input);
}

TEST_CASE("with a single id the pids wall stands without a cgroup") {
  HostFacts facts = full_host();
  facts.cgroups.pids.reset();
  CHECK_FALSE(wall(plan_walls(spec(), facts), "pids").up);
  facts.ids = {1000, 1};
  CHECK(wall(plan_walls(spec(), facts), "pids").by == "rlimit");
}
