#pragma once
// Reporters: small programs that go into the sandbox, where a runner cannot say by itself all
// that has to be told apart.
#include <string_view>

namespace sandbox::tool {

extern const std::string_view kPytestReporter;   ///< a plugin
extern const std::string_view kUnittestRunner;
extern const std::string_view kCargoRunner;      ///< runs each test program that cargo built

}  // namespace sandbox::tool
