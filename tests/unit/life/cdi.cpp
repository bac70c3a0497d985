#include "life/cdi.hpp"

#include "catch.hpp"

using namespace sandbox;
using namespace sandbox::test;

namespace {

Json file_with(const Json& edits) {
  return {{"cdiVersion", "0.6.0"}, {"kind", "vendor.example/class"}, {"devices", {{{"name", "one"}, {"containerEdits", edits}}}}};
}

life::CdiEdits edits_of(const Json& edits) { return *life::find_in_cdi(file_with(edits), "vendor.example/class=one", "f.json"); }

bool is_refused(const Json& file, const char* why) {
  const Error error = error_of([&] { life::find_in_cdi(file, "vendor.example/class=one", "f.json"); });
  return error.code() == ExitCode::host && contains(error.what(), "cannot use 'f.json'") && contains(error.what(), why);
}

}  // namespace

TEST_CASE("a device brings its own edits and those of its file") {
  Json file = file_with({{"deviceNodes", {{{"path", "/dev/one"}, {"hostPath", "/dev/null"}, {"major", 1}, {"minor", 3}, {"fileMode", 384}}}},
                         {"env", {"ONE=1"}}});
  file["containerEdits"] = {{"env", {"ALL=2"}}, {"mounts", {{{"hostPath", "/usr"}, {"containerPath", "/usr/lib/vendor"}, {"options", {"ro"}}}}}};
  const auto edits = life::find_in_cdi(file, "vendor.example/class=one", "f.json");
  REQUIRE(edits);
  CHECK(edits->env == std::vector<std::string>{"ONE=1", "ALL=2"});
  REQUIRE(edits->nodes.size() == 1);
  CHECK(edits->nodes[0].host == "/dev/null");
  CHECK(edits->nodes[0].mode == 0600u);
  REQUIRE(edits->mounts.size() == 1);
  CHECK(edits->mounts[0].path == "/usr/lib/vendor");
  CHECK_FALSE(life::find_in_cdi(file, "vendor.example/class=two", "f.json"));
  CHECK_FALSE(life::find_in_cdi(file, "vendor.example/other=one", "f.json"));
}

TEST_CASE("hooks are not run, but named") {
  const auto edits = edits_of({{"hooks", {{{"hookName", "createContainer"}, {"path", "/usr/bin/hook"}, {"args", {"hook", "x"}}}}}, {"additionalGids", {44}}});
  CHECK(edits.ignored == std::vector<std::string>{"hook createContainer: /usr/bin/hook", "additionalGids"});
}

TEST_CASE("a file that says something unknown is refused as a whole") {
  CHECK(is_refused(file_with({{"kernelModules", {"x"}}}), "unknown field 'kernelModules'"));
  CHECK(is_refused({{"cdiVersion", "1.2.0"}, {"kind", "vendor.example/class"}, {"devices", Json::array()}}, "up to 1.1"));
  CHECK(is_refused({{"cdiVersion", "x"}, {"kind", "vendor.example/class"}, {"devices", Json::array()}}, "up to 1.1"));
  CHECK(is_refused({{"kind", "vendor.example/class"}}, "lacks 'cdiVersion'"));
  CHECK(is_refused(Json::array(), "an object"));
  CHECK(is_refused(file_with({{"netDevices", Json::array()}}), "network device"));
  CHECK(is_refused(file_with({{"env", {"=1"}}}), "no variable"));
  CHECK(is_refused(file_with({{"mounts", {{{"hostPath", "/no/such/file"}, {"containerPath", "/x"}}}}}), "is not there"));
}

TEST_CASE("nodes stand in /dev and nowhere else") {
  for (const char* path : {"/etc/passwd", "/dev/../etc/x", "dev/x", "/dev/"})
    CHECK(is_refused(file_with({{"deviceNodes", {{{"path", path}, {"hostPath", "/dev/null"}}}}}), "a device node at"));
}

TEST_CASE("what no file describes is a matter of the host, with the fix") {
  const Error error = error_of([] { life::find_device({"/no/such/folder"}, "nvidia.com/gpu=all"); });
  CHECK(error.code() == ExitCode::host);
  CHECK(contains(error.hint(), "nvidia-ctk cdi generate"));
}
