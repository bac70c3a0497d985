#include "cli/complete.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace sandbox::cli {

namespace {

using Item = Grammar::Item;

const Item* option_named(const Grammar& grammar, std::string_view name) {
  for (const Item& option : grammar.options)
    if (std::ranges::find(option.names, name) != option.names.end()) return &option;
  return nullptr;
}

bool takes_value(const Grammar& grammar, std::string_view word) {
  const Item* option = option_named(grammar, word);
  return option && !option->value.empty();
}

/// bash(1) takes "--format=js" apart at the sign, others do not: three words, or one.
std::vector<std::string> without_signs(const std::vector<std::string>& words) {
  std::vector<std::string> plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool is_sign = words[i] == "=" && !plain.empty() && plain.back().starts_with("--");
    if (!is_sign) plain.push_back(words[i]);
    else if (i + 1 == words.size()) plain.emplace_back();  // nothing behind it yet
  }
  return plain;
}

std::vector<Choice> beginning_with(std::string_view start, const std::vector<Choice>& choices, const std::string& prefix) {
  std::vector<Choice> fitting;
  for (const Choice& choice : choices)
    if (choice.text.starts_with(start)) fitting.push_back({prefix + choice.text, choice.about});
  return fitting;
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

Completion value_of(const Item& item, std::string_view start, const Lookup& look_up, const std::string& prefix = {}) {
  if (!item.words.empty()) {
    std::vector<Choice> choices;
    for (const std::string& word : item.words) choices.push_back({word, {}});
    return {Completion::Kind::choices, beginning_with(start, choices, prefix)};
  }
  const std::string& value = item.value;
  if (value == "RECIPE" && (start.starts_with('.') || holds(start, "/"))) return {Completion::Kind::folders, {}};
  if (auto known = look_up(value); !known.empty()) return {Completion::Kind::choices, beginning_with(start, known, prefix)};
  if (value == "DIR" || value == "RECIPE") return {Completion::Kind::folders, {}};
  const bool is_file = value == "FILE" || value == "SUITE" || holds(value, "LOCAL") || holds(value, "SRC") || holds(value, "PATH");
  return {is_file ? Completion::Kind::files : Completion::Kind::choices, {}};
}

Completion options_of(const Grammar& grammar, std::string_view start) {
  Completion completion;
  for (const Item& option : grammar.options)
    for (const std::string& name : option.names)
      if (name.starts_with(start) && (name.starts_with("--") || start == "-" || start == name))
        completion.choices.push_back({name, option.about});
  return completion;
}

/// Which of the positionals comes next, after these words.
const Item* positional_after(const Grammar& grammar, const std::vector<std::string>& words) {
  std::size_t count = 0;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (takes_value(grammar, words[i])) ++i;
    else if (!words[i].starts_with('-')) ++count;
  }
  if (count < grammar.positionals.size()) return &grammar.positionals[count];
  const bool goes_on = !grammar.positionals.empty() && grammar.positionals.back().repeats;
  return goes_on ? &grammar.positionals.back() : nullptr;
}

}  // namespace

Completion complete(const Grammar& grammar, const std::vector<std::string>& given, const Lookup& look_up) {
  const std::vector<std::string> words = without_signs(given);
  if (words.empty()) return {};
  const auto before = words.end() - 1;
  if (grammar.runs_command && std::find(words.begin(), before, "--") != before) return {Completion::Kind::files, {}};
  const std::string& start = words.back();
  if (words.size() > 1 && takes_value(grammar, words[words.size() - 2]))
    return value_of(*option_named(grammar, words[words.size() - 2]), start, look_up);
  if (const std::size_t sign = start.find('='); start.starts_with("--") && sign != start.npos)
    if (takes_value(grammar, start.substr(0, sign)))
      return value_of(*option_named(grammar, start.substr(0, sign)), start.substr(sign + 1), look_up, start.substr(0, sign + 1));
  if (start.starts_with('-')) return options_of(grammar, start);
  const Item* positional = positional_after(grammar, words);
  return positional ? value_of(*positional, start, look_up) : Completion{};
}

std::string text_of(const Completion& completion) {
  if (completion.kind != Completion::Kind::choices)
    return completion.kind == Completion::Kind::files ? ":files\n" : ":folders\n";
  std::string text;
  for (const Choice& choice : completion.choices)
    text += visible(choice.text) + (choice.about.empty() ? "" : "\t" + visible(choice.about)) + "\n";
  return text;
}

}  // namespace sandbox::cli
