#pragma once
// Examination: every part of the doctor, each a function from the host to lines. They try what a
// launch does, with the code that does it there.
#include <optional>
#include <span>
#include <vector>

#include "config/config.hpp"
#include "line.hpp"
#include "store/store.hpp"

namespace sandbox::tool {

struct Host {
  config::Config config;
  std::optional<store::Store> store;  ///< where it is or would be; nothing: nobody can say
  bool has_store = false;             ///< it is there
  std::span<const unsigned char> agent;
};

DiagnosisLine examine_kernel();
std::vector<DiagnosisLine> examine_isolation(const Host& host);
std::vector<DiagnosisLine> examine_limits(const Host& host);
DiagnosisLine examine_container(const Host& host);
DiagnosisLine examine_kvm();
DiagnosisLine examine_doors();
DiagnosisLine examine_installation();
std::vector<DiagnosisLine> examine_store(const Host& host);
std::vector<DiagnosisLine> examine_programs();

}  // namespace sandbox::tool
