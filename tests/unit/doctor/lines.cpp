// The doctor's judgement, over hosts that are made up.
#include "catch.hpp"
#include "fixes.hpp"
#include "human.hpp"
#include "judge_ids.hpp"
#include "limits_facts.hpp"
#include "scratch.hpp"
#include "storage_facts.hpp"
#include "user_facts.hpp"

using namespace sandbox;
using namespace sandbox::tool;
using sandbox::test::contains;

namespace {

const Tried kHolds{true, "tried", {}};
const Tried kFails{false, "cannot create namespaces: Operation not permitted", {}};

UserFacts user_of(unsigned uid, const std::string& clone, const std::string& apparmor, const std::string& most = "100") {
  const TempDir place = test::scratch();
  std::filesystem::create_directories(place.path() / "proc/sys/kernel");
  std::filesystem::create_directories(place.path() / "proc/sys/user");
  if (!clone.empty()) replace_file(place.path() / "proc/sys/kernel/unprivileged_userns_clone", clone + "\n");
  if (!apparmor.empty()) replace_file(place.path() / "proc/sys/kernel/apparmor_restrict_unprivileged_userns", apparmor + "\n");
  replace_file(place.path() / "proc/sys/user/max_user_namespaces", most + "\n");
  return UserFacts::read(uid, place.path());
}

std::vector<record::Wall> walls(bool up) {
  std::vector<record::Wall> all;
  for (const char* name : {"memory", "cpu", "pids"}) all.push_back({name, up, up ? "cgroup-v2" : "no cgroup is delegated to this user", {}, {}});
  all.push_back({"disk", true, "tmpfs", {}, {}});
  return all;
}

DiagnosisLine named(const std::vector<DiagnosisLine>& lines, std::string_view name) {
  for (const DiagnosisLine& line : lines)
    if (line.name == name) return line;
  throw std::logic_error("no such line");
}

isolate::SubordinateFacts subordinate(unsigned uid, const std::string& lines) {
  return {uid, "root:x:0:0:::\nci:x:1000:1000:::\n", lines, lines, {}, {}};
}

}  // namespace

TEST_CASE("what keeps a user from namespaces is named with the setting that lifts it") {
  const auto clone = judge_namespaces(user_of(1000, "0", ""), kFails);
  CHECK(clone.state == "missing");
  CHECK(clone.fix == "sysctl -w kernel.unprivileged_userns_clone=1");
  CHECK((clone.as_root && clone.safe));
  const auto none = judge_namespaces(user_of(1000, "1", "", "0"), kFails);
  CHECK(none.fix == "sysctl -w user.max_user_namespaces=15000");
  const auto armour = judge_namespaces(user_of(1000, "1", "1"), kFails);
  CHECK(armour.fix == "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
  CHECK_FALSE(armour.safe);  // it is lifted for every program
  CHECK(contains(judge_namespaces(user_of(1000, "", ""), kFails).fix.value_or(""), "container"));
}

TEST_CASE("what only binds users is no fix for root") {
  const auto root = judge_namespaces(user_of(0, "0", "1"), kFails);
  CHECK_FALSE(contains(root.fix.value_or(""), "sysctl"));
  CHECK(judge_namespaces(user_of(0, "0", "1"), kHolds).state == "ok");
}

TEST_CASE("AppArmor's restriction is missing only where it bars") {
  CHECK(judge_apparmor(user_of(1000, "", "1"), kFails).state == "missing");
  CHECK(judge_apparmor(user_of(1000, "", "1"), kHolds).state == "ok");
  CHECK(judge_apparmor(user_of(0, "", "1"), kFails).state == "ok");
  CHECK(judge_apparmor(user_of(1000, "", "0"), kFails).state == "ok");
  CHECK(judge_apparmor(user_of(1000, "", ""), kFails).state == "ok");
}

TEST_CASE("a user without a range has less, and missing is it only where the configuration wants it") {
  const auto fails = [](const isolate::SubordinateIds&) { return kFails; };
  const auto holds = [](const isolate::SubordinateIds&) { return kHolds; };
  CHECK(judge_subuid(subordinate(0, ""), true, fails).state == "ok");
  CHECK(judge_subuid(subordinate(1000, "ci:100000:65536\n"), false, holds).state == "ok");
  CHECK(judge_subuid(subordinate(1000, "ci:100000:65536\n"), false, fails).state == "degraded");
  const auto none = judge_subuid(subordinate(1000, "other:100000:65536\n"), false, holds);
  CHECK(none.state == "degraded");
  CHECK(none.fix == "usermod --add-subuids 165536-231071 --add-subgids 165536-231071 ci");
  CHECK((none.as_root && none.safe));
  CHECK(judge_subuid(subordinate(1000, ""), true, holds).state == "missing");
  auto no_program = subordinate(1000, "ci:100000:65536\n");
  no_program.lack = "there is no newuidmap";
  CHECK(judge_subuid(no_program, false, holds).fix == "apt-get install uidmap");
}

TEST_CASE("a name that a shell would take apart gets no command") {
  auto facts = subordinate(1000, "");
  facts.passwd = "a;reboot:x:1000:1000:::\n";
  CHECK(isolate::subordinate_command(facts).empty());
}

TEST_CASE("limits are required unless the configuration lets them be absent") {
  LimitFacts user{1000, "ci", false, false, false};
  config::Config config;
  CHECK(named(judge_limits(user, config, walls(true), kHolds), "memory").state == "ok");
  const auto absent = judge_limits(user, config, walls(false), kFails);
  CHECK(named(absent, "memory").state == "missing");
  CHECK(named(absent, "pids").state == "missing");
  CHECK(named(absent, "cpu").state == "absent");
  CHECK(named(absent, "disk").state == "ok");
  config.allow_missing = {"memory"};
  config.require = {"cpu"};
  const auto allowed = judge_limits(user, config, walls(false), kFails);
  CHECK(named(allowed, "memory").state == "absent");
  CHECK(named(allowed, "cpu").state == "missing");
}

TEST_CASE("a limit that is planned and cannot be set is none") {
  const auto lines = judge_limits({0, "root", false, false, true}, {}, walls(true), {false, "cannot set the cgroup's memory.max", {}});
  CHECK(named(lines, "memory").state == "missing");
  CHECK(contains(named(lines, "memory").detail, "memory.max"));
}

TEST_CASE("how a user gets his cgroups depends on the host") {
  const auto fix = [](const LimitFacts& facts) { return named(judge_limits(facts, {}, walls(false), kFails), "memory"); };
  const auto version1 = fix({1000, "ci", false, false, false});
  CHECK(contains(version1.fix.value_or(""), "/sys/fs/cgroup/$controller/sandbox-1000"));
  CHECK((version1.as_root && version1.safe));
  const auto lingering = fix({1000, "ci", true, false, true});
  CHECK(lingering.fix == "loginctl enable-linger ci");
  CHECK(contains(fix({1000, "ci", true, true, true}).fix.value_or(""), "sandbox-config(5)"));
  CHECK_FALSE(fix({0, "root", true, true, true}).as_root);
}

TEST_CASE("little room is degraded, no room is missing") {
  constexpr std::uint64_t kGiB = 1 << 30;
  CHECK(judge_space({100 * kGiB, 200 * kGiB, 1'000'000, 2'000'000}).state == "ok");
  CHECK(judge_space({100 * kGiB, 200 * kGiB, 0, 0}).state == "ok");  // a file system without inodes of its own
  CHECK(judge_space({kGiB, 200 * kGiB, 1'000'000, 2'000'000}).state == "degraded");
  CHECK(judge_space({100 * kGiB, 200 * kGiB, 2000, 2'000'000}).state == "degraded");
  CHECK(judge_space({100 * kGiB, 200 * kGiB, 10, 2'000'000}).state == "missing");
  CHECK(judge_space({1, 200 * kGiB, 1'000'000, 2'000'000}).state == "missing");
  CHECK_FALSE(judge_space({1, 200 * kGiB, 0, 0}).safe);  // images that go have to be built again
}

TEST_CASE("a store is looked at, and nothing of it is made") {
  const TempDir place = test::scratch();
  const auto store = store::Store::at(place.path() / "s t'ore", place.path() / "s t'ore/run");
  const auto absent = judge_store(store);
  CHECK(absent.state == "absent");
  CHECK(absent.safe);
  CHECK(contains(absent.fix.value_or(""), "'\\''"));  // for a shell
  CHECK_FALSE(std::filesystem::exists(store.state()));
  std::filesystem::create_directories(store.run());
  std::filesystem::permissions(store.state(), std::filesystem::perms(0755));
  CHECK(judge_store(store).state == "degraded");
  std::filesystem::permissions(store.state(), std::filesystem::perms(0700));
  std::filesystem::permissions(store.run(), std::filesystem::perms(0700));
  CHECK(judge_store(store).state == "ok");
  replace_file(store.layers(), "");
  CHECK(judge_store(store).state == "missing");
}

TEST_CASE("only what is safe is done, each command once, and root's only by root") {
  record::Diagnosis diagnosis;
  const auto add = [&](std::string name, std::string state, std::string fix, bool as_root, bool safe) {
    diagnosis.lines.push_back({std::move(name), "host", std::move(state), true, "", "", std::move(fix), as_root, safe});
  };
  add("memory", "missing", "loginctl enable-linger ci", true, true);
  add("pids", "missing", "loginctl enable-linger ci", true, true);
  add("store", "absent", "mkdir -p x", false, true);
  add("kvm", "absent", "modprobe kvm", true, false);
  const Work user = plan_fixes(diagnosis, false);
  CHECK(user.ours.size() == 1);
  CHECK(user.for_root.size() == 1);
  const Work root = plan_fixes(diagnosis, true);
  CHECK(root.ours.size() == 2);
  CHECK(root.for_root.empty());
}

TEST_CASE("people see problems explained, and the rest in a line; hostile text is visible") {
  record::Diagnosis diagnosis;
  diagnosis.lines.push_back({"kernel", "host", "ok", true, "the reason", "fine\x1b[2J", {}, false, false});
  diagnosis.lines.push_back({"memory", "limits", "missing", true, "a limit", "no cgroup", "do this", true, true});
  const std::string text = human(diagnosis, false);
  CHECK_FALSE(contains(text, "\x1b"));
  CHECK_FALSE(contains(text, "the reason"));
  CHECK(contains(text, "fix (as root): do this   [--fix does it]"));
  CHECK(contains(human(diagnosis, true), "the reason"));
}

TEST_CASE("a hint of the tools does not send the doctor's reader to the doctor") {
  CHECK(own_hint("raise it; see 'sandbox-doctor network'") == "raise it");
  CHECK(own_hint("see 'sandbox-doctor network'").empty());
  CHECK(own_hint("raise it") == "raise it");
}

TEST_CASE("a trial that hangs, dies or fails is told from one that holds") {
  CHECK(try_out([] { return std::string("yes"); }).found == "yes");
  const Tried fails = try_out([]() -> std::string { throw Error(HostCheck::network, "no", "mend it"); });
  CHECK_FALSE(fails.holds);
  CHECK(fails.found == "no");
  CHECK(fails.hint == "mend it");
  CHECK_FALSE(try_out([]() -> std::string { ::_exit(0); }).holds);
  const Tried hangs = try_out([]() -> std::string { for (;;) ::pause(); }, std::chrono::milliseconds(50));
  CHECK_FALSE(hangs.holds);
  CHECK(contains(hangs.found, "50ms"));
}
