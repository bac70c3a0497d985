#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "catch.hpp"
#include "engine/vm/cpio.hpp"
#include "engine/vm/folder.hpp"
#include "engine/vm/mapping.hpp"
#include "engine/vm/qemu.hpp"
#include "engine/vm/walls.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::engine;

namespace {

Spec spec() {
  Spec made;
  made.limits = record::Limits::defaults();
  made.vm.emplace();
  made.vm->folder = "/machine-folder";
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

ExitCode refusal(const Spec& wanted, const HostFacts& facts) {
  try {
    plan_vm_walls(wanted, spec_around(wanted), facts);
    return ExitCode::ok;
  } catch (const Error& error) {
    return error.code();
  }
}

std::string by(const std::vector<record::Wall>& walls, const char* name) {
  return std::ranges::find(walls, name, &record::Wall::name)->by;
}

bool has(const std::vector<std::string>& words, const std::string& word) { return std::ranges::find(words, word) != words.end(); }

std::string after(const std::vector<std::string>& words, const std::string& word) {
  const auto found = std::ranges::find(words, word);
  return found == words.end() || found + 1 == words.end() ? "" : *(found + 1);
}

}  // namespace

TEST_CASE("an archive has each entry at a multiple of four, and ends with its trailer") {
  Cpio cpio;
  cpio.folder("dev");
  cpio.device("dev/console", 5, 1);
  cpio.file("init", 0755, "12345");
  const std::string archive = std::move(cpio).finish();
  CHECK(archive.size() % 4 == 0);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < archive.size();) {
    REQUIRE(archive.compare(at, 6, "070701") == 0);
    const auto field = [&](int number) { return std::stoul(archive.substr(at + 6 + 8 * static_cast<std::size_t>(number), 8), nullptr, 16); };
    names.push_back(archive.substr(at + 110, field(11) - 1));
    if (names.back() == "init") {
      CHECK(field(1) == 0100755);
      CHECK(field(6) == 5);
    }
    if (names.back() == "dev/console") CHECK((field(9) == 5 && field(10) == 1));
    const std::size_t body = (at + 110 + field(11) + 3) / 4 * 4;
    at = (body + field(6) + 3) / 4 * 4;
  }
  CHECK(names == std::vector<std::string>{"dev", "dev/console", "init", "TRAILER!!!"});
}

TEST_CASE("a copy has no kernel of its own to load, and maps the template's memory privately") {
  QemuShape shape{.name = "sb-aaaaaaaaaa", .memory_bytes = 256 << 20, .cpus = 2, .channel = 8, .console = 9, .image = 10, .disk = 11};
  const auto cold = qemu_command(shape);
  CHECK(has(cold, "-kernel"));
  CHECK_FALSE(has(cold, "-object"));
  CHECK_FALSE(has(cold, "-netdev"));  // no cable
  CHECK(after(cold, "-m") == "262144k");
  CHECK(after(cold, "-smp") == "2");
  shape.memory = 13;
  shape.monitor = 14;
  const auto source = qemu_command(shape);
  CHECK(has(source, "-kernel"));
  CHECK(after(source, "-object").ends_with("share=on"));
  shape.copy = true;
  const auto copy = qemu_command(shape);
  CHECK_FALSE(has(copy, "-kernel"));
  CHECK(after(copy, "-object").ends_with("share=off"));
  CHECK(after(copy, "-incoming") == "defer");
  // Everything else is the same, or QEMU would not take the state.
  CHECK(after(copy, "-M") == after(source, "-M"));
}

TEST_CASE("QEMU forbids itself what it can in every machine") {
  for (const bool kvm : {true, false}) {
    const auto words = qemu_command({.name = "sb-aaaaaaaaaa", .memory_bytes = 256 << 20, .kvm = kvm, .channel = 8, .console = 9, .image = 10, .disk = 11});
    CHECK(after(words, "-sandbox").starts_with("on,"));
    CHECK(after(words, "-accel").starts_with(kvm ? "kvm" : "tcg"));
  }
}

TEST_CASE("a virtual machine has the walls around QEMU and a kernel of its own") {
  const Spec wanted = spec();
  const auto walls = plan_vm_walls(wanted, spec_around(wanted), full_host());
  CHECK(walls.size() == record::kWalls.size());
  CHECK(by(walls, "kernel") == "emulated");
  CHECK(by(walls, "seccomp") == "allow-list");
  CHECK(std::ranges::find(walls, "memory", &record::Wall::name)->limit == wanted.limits.memory_bytes);
}

TEST_CASE("an emulated processor is no wall for whoever requires KVM") {
  Spec wanted = spec();
  wanted.require = {"kvm"};
  CHECK(refusal(wanted, full_host()) == ExitCode::host);
  wanted.vm->kvm = true;
  CHECK(refusal(wanted, full_host()) == ExitCode::ok);
  wanted.require = {"kernel"};
  CHECK(refusal(wanted, full_host()) == ExitCode::ok);
}

TEST_CASE("a missing memory wall around QEMU is a refusal unless it is allowed") {
  HostFacts facts = full_host();
  facts.cgroups.memory.reset();
  Spec wanted = spec();
  CHECK(refusal(wanted, facts) == ExitCode::host);
  wanted.allow_missing = {"memory"};
  CHECK(refusal(wanted, facts) == ExitCode::ok);
}

TEST_CASE("QEMU has room beside its guest's memory, and a machine too small to start is refused") {
  Spec wanted = spec();
  wanted.limits.memory_bytes = 256 << 20;
  CHECK(*spec_around(wanted).limits.memory_bytes > (300U << 20));
  wanted.limits.memory_bytes = 64 << 20;
  CHECK(refusal(wanted, full_host()) == ExitCode::input);
}

TEST_CASE("the kernel of an image is its newest, with its modules") {
  const TempDir scratch = test::scratch();
  CHECK_THROWS_AS(find_guest_kernel({scratch.path()}), Error);
  for (const char* release : {"6.1.0-5", "6.1.0-7"}) {
    std::filesystem::create_directories(scratch.path() / "lib/modules" / release / "kernel");
    std::filesystem::create_directories(scratch.path() / "boot");
    replace_file(scratch.path() / "boot" / (std::string("vmlinuz-") + release), "kernel");
  }
  const GuestKernel found = find_guest_kernel({scratch.path()});
  CHECK(found.release == "6.1.0-7");
  CHECK(found.modules == scratch.path() / "lib/modules/6.1.0-7/kernel");
}

TEST_CASE("a machine's memory is found in its process, in one piece or many, and only where it is private", "[engine]") {
  const std::string other = "10000-20000 rw-p 00000000 00:01 7 /memfd:other (deleted)\n";
  CHECK(find_mapping(other + "7f0000000000-7f0000010000 rw-p 00000000 00:01 42 /memfd:sandbox-template (deleted)\n", 42, 0x10000) == 0x7f0000000000);
  CHECK(find_mapping(other + "7f0000000000-7f0000008000 rw-p 00000000 00:01 42 /m\n7f0000008000-7f0000010000 r--p 00008000 00:01 42 /m\n", 42, 0x10000) ==
        0x7f0000000000);
  CHECK(find_mapping("7f0000000000-7f0000010000 rw-s 00000000 00:01 42 /m\n", 42, 0x10000) == 0);
  CHECK(find_mapping("7f0000000000-7f0000008000 rw-p 00000000 00:01 42 /m\n7f0000009000-7f0000011000 rw-p 00008000 00:01 42 /m\n", 42, 0x10000) == 0);
  CHECK(find_mapping("nonsense\n-\n", 42, 0x10000) == 0);
}
