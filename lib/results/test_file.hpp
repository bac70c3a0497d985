#pragma once
// TestFile: tests.yaml, the test cases of a recipe.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "results/expectation.hpp"

namespace sandbox::results {

struct TestFile {
  struct Case {
    std::string name;
    int line = 1;                              ///< where it begins in the file
    std::vector<std::string> argv;
    std::string input;                         ///< its stdin
    std::map<std::string, std::string> files;  ///< beneath the folder in which it starts; their bytes
    std::map<std::string, std::string> env;
    std::optional<std::string> user, workdir;
    std::optional<std::string> skip;           ///< why it is not run
    std::chrono::milliseconds timeout{60'000};
    Expectation expected;
  };
  std::vector<Case> cases;
};

/// Throws Error(input) with file, line and column.
TestFile read_test_file(const Path& file);

/// The same from text; `folder` has the files that it names.
TestFile parse_test_file(const std::string& text, const Path& file);

}  // namespace sandbox::results
