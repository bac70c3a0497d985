#include "isolate/cgroup_host.hpp"

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::isolate;

namespace {

constexpr const char* kV1 =
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n";
constexpr const char* kUnified = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";
constexpr const char* kV2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

/// A made-up host: directories with the files that the search looks at.
class Host {
 public:
  Host() : place_(test::scratch()) {}

  Host& cgroup(const std::string& path, const std::string& enabled = "") {
    const Path directory = place_.path() / path;
    std::filesystem::create_directories(directory);
    replace_file(directory / "cgroup.procs", "");
    // A regular file keeps what was written over it; the kernel's would answer with the sum.
    replace_file(directory / "cgroup.subtree_control", enabled);
    return *this;
  }
  CgroupHost find(const std::string& mounts, unsigned uid, const std::string& membership = "0::/\n") {
    return find_cgroups({mounts, membership, uid, place_.path()});
  }
  Path at(const std::string& path) const { return place_.path() / path; }

 private:
  TempDir place_;
};

}  // namespace

TEST_CASE("root on a version-1 host uses the directory 'sandbox' of every hierarchy") {
  Host host;
  for (const char* name : {"cpu,cpuacct", "memory", "pids", "systemd"})
    host.cgroup(std::string("sys/fs/cgroup/") + name + "/sandbox");
  const CgroupHost found = host.find(kV1, 0);
  REQUIRE(found.memory);
  CHECK(found.memory->directory == host.at("sys/fs/cgroup/memory/sandbox"));
  CHECK(found.memory->version == CgroupParent::Version::v1);
  REQUIRE(found.cpu);
  CHECK(found.cpu->directory == host.at("sys/fs/cgroup/cpu,cpuacct/sandbox"));
  CHECK(found.pids);
  CHECK(found.tracking == host.at("sys/fs/cgroup/systemd/sandbox"));
  CHECK_FALSE(found.unified);
}

TEST_CASE("on a hybrid host the limits are version 1 and the birth is version 2") {
  Host host;
  for (const char* name : {"cpu,cpuacct", "memory", "pids", "systemd", "unified"})
    host.cgroup(std::string("sys/fs/cgroup/") + name + "/sandbox");
  const CgroupHost found = host.find(std::string(kV1) + kUnified, 0);
  CHECK(found.memory->version == CgroupParent::Version::v1);
  CHECK(found.unified == host.at("sys/fs/cgroup/unified/sandbox"));
}

TEST_CASE("on a version-2 host the controllers that are passed on count, and no others") {
  Host host;
  host.cgroup("sys/fs/cgroup").cgroup("sys/fs/cgroup/sandbox", "cpu memory\n");
  const CgroupHost found = host.find(kV2, 0);
  CHECK(found.unified == host.at("sys/fs/cgroup/sandbox"));
  REQUIRE(found.memory);
  CHECK(found.memory->version == CgroupParent::Version::v2);
  CHECK(found.cpu);
  CHECK_FALSE(found.pids);
}

TEST_CASE("controllers that the parent has and the directory lacks are asked for") {
  Host host;
  host.cgroup("sys/fs/cgroup").cgroup("sys/fs/cgroup/sandbox");
  replace_file(host.at("sys/fs/cgroup/cgroup.controllers"), "cpuset pids\n");
  host.find(kV2, 0);
  CHECK(read_file(host.at("sys/fs/cgroup/cgroup.subtree_control"), 100) == "+pids");
  CHECK(read_file(host.at("sys/fs/cgroup/sandbox/cgroup.subtree_control"), 100) == "+pids");
}

TEST_CASE("a user without a delegated cgroup has none") {
  Host host;
  host.cgroup("sys/fs/cgroup/memory/sandbox").cgroup("sys/fs/cgroup/unified/sandbox");
  const CgroupHost found = host.find(std::string(kV1) + kUnified, 1234);
  CHECK_FALSE(found.memory);
  CHECK_FALSE(found.pids);
  CHECK_FALSE(found.unified);
}

TEST_CASE("a user has what was delegated to his uid") {
  Host host;
  host.cgroup("sys/fs/cgroup/memory/sandbox-1234").cgroup("sys/fs/cgroup/pids/sandbox-99");
  const CgroupHost found = host.find(kV1, 1234);
  REQUIRE(found.memory);
  CHECK(found.memory->directory == host.at("sys/fs/cgroup/memory/sandbox-1234"));
  CHECK_FALSE(found.pids);
}

TEST_CASE("a user whose version-2 cgroup is a leaf of a delegated one has the one above") {
  Host host;
  host.cgroup("sys/fs/cgroup/ci.service", "memory pids\n").cgroup("sys/fs/cgroup/ci.service/main");
  const CgroupHost found = host.find(kV2, 1234, "0::/ci.service/main\n");
  CHECK(found.unified == host.at("sys/fs/cgroup/ci.service"));
  REQUIRE(found.memory);
  CHECK(found.memory->directory == host.at("sys/fs/cgroup/ci.service"));
}

TEST_CASE("a user's slice is left to his systemd, and the cgroup he is in lends no controllers") {
  Host host;
  host.cgroup("sys/fs/cgroup/app.slice", "memory pids\n").cgroup("sys/fs/cgroup/app.slice/shell.scope", "pids\n");
  const CgroupHost found = host.find(kV2, 1234, "0::/app.slice/shell.scope\n");
  CHECK(found.unified == host.at("sys/fs/cgroup/app.slice/shell.scope"));
  CHECK_FALSE(found.memory);
  CHECK_FALSE(found.pids);
}

TEST_CASE("what was delegated to a user's uid is used before what is above his own cgroup") {
  Host host;
  host.cgroup("sys/fs/cgroup/ci.service").cgroup("sys/fs/cgroup/ci.service/main").cgroup("sys/fs/cgroup/sandbox-1234");
  const CgroupHost found = host.find(kV2, 1234, "0::/ci.service/main\n");
  CHECK(found.unified == host.at("sys/fs/cgroup/sandbox-1234"));
}

TEST_CASE("of a version 2 that is mounted twice the first place counts") {
  Host host;
  host.cgroup("sys/fs/cgroup/sandbox", "memory\n").cgroup("srv/cgroup");
  const CgroupHost found = host.find(std::string(kV2) + "50 23 0:26 / /srv/cgroup rw - cgroup2 cgroup2 rw\n", 0);
  CHECK(found.unified == host.at("sys/fs/cgroup/sandbox"));
}

TEST_CASE("a directory that is used takes the place of all others of version 2") {
  Host host;
  host.cgroup("sys/fs/cgroup/sandbox-1234", "pids\n").cgroup("sys/fs/cgroup/scope", "memory\n");
  CgroupHost found = host.find(kV2, 1234);
  use_directory(found, host.at("sys/fs/cgroup/scope"));
  CHECK(found.unified == host.at("sys/fs/cgroup/scope"));
  CHECK(found.memory);
  CHECK_FALSE(found.pids);
}

TEST_CASE("a host is version 2 in earnest when that has the controllers") {
  Host host;
  host.cgroup("sys/fs/cgroup").cgroup("sys/fs/cgroup/unified/sandbox");
  CHECK_FALSE(host.find(std::string(kV1) + kUnified, 0).version2_has_controllers);
  replace_file(host.at("sys/fs/cgroup/cgroup.controllers"), "cpuset cpu memory pids\n");
  CHECK(host.find(kV2, 1234).version2_has_controllers);
}

TEST_CASE("lines of mountinfo that are no cgroup are passed over") {
  Host host;
  const CgroupHost found = host.find("22 27 0:21 / /proc rw - proc proc rw\nnonsense\n - cgroup\n", 0);
  CHECK_FALSE(found.unified);
  CHECK_FALSE(found.memory);
}

TEST_CASE("a supervisor leaves every version-1 cgroup that is somebody else's, but no root and not its own") {
  Host host;
  const std::string mounts = std::string(kV1) +
      "42 31 0:39 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer\n"
      "43 31 0:40 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n";
  for (const char* name : {"cpu,cpuacct", "memory", "pids", "systemd", "freezer", "cpuset"})
    host.cgroup(std::string("sys/fs/cgroup/") + name + "/sandbox").cgroup(std::string("sys/fs/cgroup/") + name + "/sandbox-1000");
  const auto leave = [&](unsigned uid) {
    return shelters({mounts,
                     "9:name=systemd:/job-17\n8:pids:/\n7:cpu,cpuacct:/job:17/a\n6:freezer:/job-17\n"
                     "5:memory:/sandbox\n4:cpuset:/job-17\n0::/\n",
                     uid, host.at("")});
  };
  const std::vector<Path> of_root = leave(0);
  CHECK(of_root == std::vector{host.at("sys/fs/cgroup/cpu,cpuacct/sandbox"), host.at("sys/fs/cgroup/systemd/sandbox"),
                               host.at("sys/fs/cgroup/freezer/sandbox")});
  CHECK(leave(1000).size() == 4);  // to him, root's is somebody else's, too
  std::filesystem::remove_all(host.at("sys/fs/cgroup/freezer/sandbox-1000"));
  CHECK(leave(1000).size() == 3);  // where he may not go he stays
}
