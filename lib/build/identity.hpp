#pragma once
// Identity: what makes an image, or a layer of it, this one and no other. Whatever decides about
// the bytes is part of a key, by which a finished one is found again.
#include <optional>
#include <string>
#include <vector>

#include "build/recipe.hpp"
#include "build/step.hpp"
#include "record/image.hpp"

namespace sandbox::build {

/// What an image is made of: the finished layers of its base, then its own steps.
struct Plan {
  std::vector<record::Layer> base;
  record::Defaults defaults;
  std::optional<std::string> version, description;  // of the base, for a recipe that says neither
  std::vector<Step> steps;
  std::optional<Locked> source;  // for a lock: the image below
};

/// What it takes from elsewhere may be another the next time.
bool ages(const Step& step);

/// Of what the step makes over these layers.
std::string key_of(const Step& step, const std::vector<record::Layer>& lower);

/// Of the whole image, before any of it is made.
std::string key_of(const Recipe& recipe, const Plan& plan);

/// Of an image that is made: everything but how and when.
std::string digest_of(const record::Image& image);

}  // namespace sandbox::build
