#pragma once
// Failure: the record sandbox.error/1. A tool that fails on a record writes one in its place;
// the tools behind it pass it on unchanged, so that the end of the pipe knows.
#include <string>

#include "base/error.hpp"
#include "record/json.hpp"

namespace sandbox::record {

struct Failure {
  static constexpr const char* kSchema = "sandbox.error/1";
  std::string tool;
  int code = 125;
  std::string message;
  std::string hint;
  Json from;

  static Failure of(const Error& error, std::string_view tool, const Json& from);
};

void to_json(Json& json, const Failure& failure);
void from_json(const Json& json, Failure& failure);

}  // namespace sandbox::record
