#include "languages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/ctest.hpp"
#include "results/junit_read.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string nothing(const Project&) { return {}; }

bool has_cmake_tests(const Project& project) {
  const auto files = project.files([](std::string_view name) { return name == "CMakeLists.txt"; });
  return std::ranges::any_of(files, [&](const std::string& file) {
    const std::string text = project.text(file);
    return holds(text, "enable_testing") || holds(text, "include(CTest)");
  });
}

bool uses_ctest(const Project& project) { return project.has("CMakeLists.txt") && has_cmake_tests(project); }
bool uses_catch2(const Project& project) {
  return project.has("CMakeLists.txt") && !has_cmake_tests(project) && holds(project.text("CMakeLists.txt"), "Catch2");
}

constexpr const char* kBuild = R"(B="$W/build"
cmake -S . -B "$B" && cmake --build "$B" || { echo 'cmake could not build it' >"$R/build-failed"; exit 2; }
)";

std::string run_ctest(const Wish& wish) {
  std::string script = std::string(kBuild) + "ctest --test-dir \"$B\" --output-junit \"$R/report.xml\"";
  if (wish.fail_fast) script += " --stop-on-failure";
  if (wish.parallel > 1) script += fmt::format(" -j {}", wish.parallel);
  if (wish.shard) script += fmt::format(" -I {},,{}", wish.shard->number, wish.shard->of);
  return script + " >\"$R/printed\"; code=$?; cat \"$R/printed\"; (exit $code)";
}

Reading read_ctest(const Remains& remains) {
  Reading reading, ignored;
  if (remains.has("build-failed")) return reading;
  if (auto text = remains.text("report.xml", reading))
    reading.append(results::read_ctest(std::move(*text), remains.text("printed", ignored).value_or("")));
  return reading;
}

/// Every program that says of itself that it is one of Catch's.
std::string run_catch2(const Wish& wish) {
  return std::string(kBuild) + fmt::format(R"SH(code=0; n=0
for program in $(find "$B" -type f -perm -u+x ! -path '*/CMakeFiles/*' ! -name '*.so*' | sort); do
  "$program" --libidentify </dev/null 2>/dev/null | grep -q '^framework: *Catch' || continue
  n=$((n + 1)); echo "$(basename "$program")" >"$R/program-$n"
  "$program" -r junit -o "$R/report-$n.xml"{}; one=$?
  [ $one = 0 ] || code=$one
done
(exit $code))SH", wish.fail_fast ? " -a" : "");
}

Reading read_catch2(const Remains& remains) {
  Reading reading;
  if (remains.has("build-failed")) return reading;
  for (const std::string& number : remains.names("program-"))
    if (auto text = remains.text(fmt::format("report-{}.xml", number), reading)) reading.append(results::read_junit(std::move(*text)));
  return reading;
}

}  // namespace

std::vector<Runner> cmake_runners() {
  return {{"ctest", "", "", uses_ctest, nothing, run_ctest, read_ctest, true, true, true},
          {"catch2", "", "", uses_catch2, nothing, run_catch2, read_catch2, false, false, true}};
}

}  // namespace sandbox::tool
