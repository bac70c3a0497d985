#pragma once
// Catch2, version 2 (Debian 12) or 3 (later), and what our tests say often.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace sandbox::test {

/// The Error that the action throws; anything else fails the test.
template <class Action>
Error error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  throw std::logic_error("expected an Error, none was thrown");
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The action is refused as bad input, with a message that names the culprit.
template <class Action>
bool refuses(Action&& action, std::string_view part) {
  const Error error = error_of(action);
  UNSCOPED_INFO("message: " << error.what());
  return error.code() == ExitCode::input && contains(error.what(), part);
}

}  // namespace sandbox::test
