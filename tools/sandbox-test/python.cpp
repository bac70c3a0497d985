#include "languages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/case_lines.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::vector<std::string> python_tests(const Project& project) {
  return project.files([](std::string_view name) { return name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py")); });
}

std::vector<std::string> unittest_tests(const Project& project) {
  return project.files([](std::string_view name) { return name.ends_with(".py") && name.starts_with("test"); });
}

/// pytest runs what unittest does, but not the other way round.
bool is_for_pytest(const Project& project) {
  for (const char* file : {"pytest.ini", "conftest.py", "tests/conftest.py", "test/conftest.py"})
    if (project.has(file)) return true;
  if (holds(project.text("pyproject.toml"), "[tool.pytest") || holds(project.text("setup.cfg"), "[tool:pytest]") || holds(project.text("tox.ini"), "[pytest]")) return true;
  const auto tests = python_tests(project);
  return std::ranges::any_of(tests, [&](const std::string& file) {
    const std::string text = project.text(file);
    return holds(text, "import pytest") || holds(text, "from pytest") || text.starts_with("def test_") || holds(text, "\ndef test_") || holds(text, "\nasync def test_");
  });
}

bool uses_pytest(const Project& project) { return !python_tests(project).empty() && is_for_pytest(project); }
bool uses_unittest(const Project& project) { return !unittest_tests(project).empty() && !is_for_pytest(project); }

/// Into an environment of its own that sees what the image has.
std::string install_python(const Project& project) {
  std::string files;
  for (const char* file : {"requirements.txt", "requirements-dev.txt", "requirements-test.txt", "dev-requirements.txt", "test-requirements.txt"})
    if (project.has(file)) files += fmt::format(" -r {}", file);
  if (files.empty()) return {};
  return fmt::format("python3 -m venv --system-site-packages \"$W/venv\" && \"$W/venv/bin/python\" -m pip install --disable-pip-version-check -q{}", files);
}

constexpr const char* kPython = R"(PATH="$W/venv/bin:$PATH" SANDBOX_REPORT="$R/cases" PYTHONDONTWRITEBYTECODE=1 )";

std::string run_pytest(const Wish& wish) {
  return fmt::format("PYTHONPATH=\"$W/reporters${{PYTHONPATH:+:$PYTHONPATH}}\" {}python3 -m pytest -p sandbox_pytest --continue-on-collection-errors{} \"$@\"", kPython,
                     wish.fail_fast ? " -x" : "");
}

std::string run_unittest(const Wish& wish) {
  return fmt::format("{}python3 \"$W/reporters/sandbox_unittest.py\"{} \"$@\"", kPython, wish.fail_fast ? " --failfast" : "");
}

Reading read_cases(const Remains& remains) {
  Reading reading;
  if (const auto text = remains.text("cases", reading)) reading.append(results::read_case_lines(*text));
  return reading;
}

}  // namespace

std::vector<Runner> python_runners() {
  return {{"pytest", "pip", "PIP_CACHE_DIR", uses_pytest, install_python, run_pytest, read_cases, false, false, true, python_tests},
          {"unittest", "pip", "PIP_CACHE_DIR", uses_unittest, install_python, run_unittest, read_cases, false, false, true, unittest_tests}};
}

}  // namespace sandbox::tool
