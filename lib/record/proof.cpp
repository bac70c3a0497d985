#include "record/proof.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Benchmark& benchmark) { json = {{"name", benchmark.name}, {"command", benchmark.command}}; }

void from_json(const Json& json, Benchmark& benchmark) {
  benchmark.name = field<std::string>(json, "name");
  benchmark.command = field<std::vector<std::string>>(json, "command");
}

void to_json(Json& json, const AllowedRule& allowed) { json = {{"rule", allowed.rule}, {"reason", allowed.reason}}; }

void from_json(const Json& json, AllowedRule& allowed) {
  allowed.rule = field<std::string>(json, "rule");
  allowed.reason = field<std::string>(json, "reason");
}

void to_json(Json& json, const ScanRules& scan) { json = {{"allow", scan.allow}, {"fail_on", or_null(scan.fail_on)}}; }

void from_json(const Json& json, ScanRules& scan) {
  scan.allow = field<std::vector<AllowedRule>>(json, "allow");
  scan.fail_on = field_if<std::string>(json, "fail_on");
}

void to_json(Json& json, const Proof& proof) {
  json = {{"tests", or_null(proof.tests)}, {"bench", proof.bench}, {"scan", proof.scan}};
}

void from_json(const Json& json, Proof& proof) {
  proof.tests = field_if<std::string>(json, "tests");
  proof.bench = field<std::vector<Benchmark>>(json, "bench");
  proof.scan = field<ScanRules>(json, "scan");
}

}  // namespace sandbox::record
