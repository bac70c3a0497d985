#include "record/device.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

namespace {

constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

bool is_part(std::string_view text, std::string_view between) {
  if (text.empty() || text.size() > 100) return false;
  if (kWord.find(text.front()) == kWord.npos || kWord.find(text.back()) == kWord.npos) return false;
  for (const char c : text)
    if (kWord.find(c) == kWord.npos && between.find(c) == between.npos) return false;
  return true;
}

}  // namespace

bool is_device_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::size_t equals = text.find('=');
  if (slash == text.npos || equals == text.npos || equals < slash) return false;
  return is_part(text.substr(0, slash), "._-") && is_part(text.substr(slash + 1, equals - slash - 1), "_-") &&
         is_part(text.substr(equals + 1), "._-:");
}

void to_json(Json& json, const Device& device) {
  json = {{"name", device.name}, {"nodes", device.nodes}, {"ignored", device.ignored}};
}

void from_json(const Json& json, Device& device) {
  device.name = field<std::string>(json, "name");
  device.nodes = field<std::vector<std::string>>(json, "nodes");
  device.ignored = field<std::vector<std::string>>(json, "ignored");
}

}  // namespace sandbox::record
