#pragma once
// Recipe text: where things stand in recipe.yaml that the recipe itself no longer knows.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "build/yaml.hpp"
#include "scan/script.hpp"

namespace sandbox::scan {

class RecipeText {
 public:
  /// Throws Error(input) as the recipe's own reader does.
  RecipeText(std::string text, std::string file);

  const std::string& text() const { return text_; }
  const std::string& file() const { return file_; }

  /// The value of a key at the top.
  const build::Yaml* value(std::string_view key) const;
  build::Place place_of(std::string_view key) const;  ///< of its value; the top without one

  /// Everything for a shell: steps and services.
  std::vector<std::vector<ScriptLine>> scripts() const;

  /// Every variable of every `env`.
  void each_variable(const std::function<void(const build::Yaml::Entry&)>& take) const;

  /// The items of a list under this key, at the top and in steps.
  void each_item(std::string_view key, const std::function<void(const build::Yaml&)>& take) const;

 private:
  std::vector<ScriptLine> lines_of(const build::Yaml& node) const;
  void collect(const build::Yaml& node, std::vector<std::vector<ScriptLine>>& scripts) const;

  std::string text_, file_;
  build::Yaml root_;
};

}  // namespace sandbox::scan
