#include "audit/shape.hpp"

#include "base/error.hpp"

namespace sandbox::audit {

namespace {

bool is_base64(const Json& value) {
  return value.is_object() && value.size() == 1 && value.contains("base64") && value["base64"].is_string();
}

/// The text's beginning, without a character that was cut in two.
void cut(std::string& text, std::size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
}

}  // namespace

void redact(Json& value, const Redactor& redactor) {
  if (!redactor.active()) return;
  if (value.is_string() || is_base64(value)) {
    try {
      value = record::text_json(redactor.redacted(record::text_of(value)));
    } catch (const Error&) {
      value = "";  // said to be base64, and is not: nobody can tell what it hides
    }
  } else if (value.is_structured()) {
    for (Json& part : value) redact(part, redactor);
  }
}

bool shorten(Json& value) {
  constexpr std::size_t kLongestText = 4096;  // a multiple of 4: base64 stays base64
  constexpr std::size_t kMostParts = 256;
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (text.size() <= kLongestText) return false;
    cut(text, kLongestText);
    return true;
  }
  bool was_cut = false;
  if (value.is_structured() && value.size() > kMostParts) {
    value.erase(std::next(value.begin(), kMostParts), value.end());
    was_cut = true;
  }
  if (value.is_structured())
    for (Json& part : value) was_cut = shorten(part) || was_cut;
  return was_cut;
}

}  // namespace sandbox::audit
