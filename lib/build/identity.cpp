#include "build/identity.hpp"

#include <fmt/format.h>

#include "digest/sha256.hpp"

namespace sandbox::build {

namespace {

/// What is locked decides, too.
std::string determined(const Step& step) {
  return step.locked ? fmt::format("{}\nlocked {}", step.determined_by, canonical_text(*step.locked)) : step.determined_by;
}

}  // namespace

bool ages(const Step& step) { return step.ages && !step.locked; }

std::string key_of(const Step& step, const std::vector<record::Layer>& lower) {
  std::string text = fmt::format("step\n{}\n{}\n", kBuilderVersion, determined(step));
  for (const record::Layer& layer : lower) text += layer.digest + "\n";
  return digest::sha256_hex(text);
}

std::string key_of(const Recipe& recipe, const Plan& plan) {
  std::string text = fmt::format("image\n{}\n{}\n", kBuilderVersion, canonical_text(recipe));
  for (const record::Layer& layer : plan.base) text += layer.digest + "\n";
  text += record::dump(plan.defaults) + "\n";
  for (const Step& step : plan.steps) text += determined(step) + "\n";
  return digest::sha256_hex(text);
}

std::string digest_of(const record::Image& image) {
  const auto text = [](const std::optional<std::string>& t) { return t ? Json(*t) : Json(nullptr); };
  Json json = {{"name", image.name},
               {"version", text(image.version)},
               {"description", text(image.description)},
               {"layers", Json::array()},
               {"defaults", image.defaults},
               {"proof", image.proof}};
  for (const record::Layer& layer : image.layers) json["layers"].push_back(layer.digest);
  return "sha256:" + digest::sha256_hex(record::dump(json));
}

}  // namespace sandbox::build
