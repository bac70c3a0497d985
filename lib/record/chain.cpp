#include "record/chain.hpp"


#include "base/text.hpp"
#include "record/failure.hpp"

namespace sandbox::record {

std::string schema_of(const Json& record) {
  const auto found = record.is_object() ? record.find("schema") : record.end();
  return record.is_object() && found != record.end() && found->is_string()
             ? found->get<std::string>()
             : std::string();
}

const Json* find(const Json& record, std::string_view schema) {
  for (const Json* at = &record; at->is_object();) {
    if (schema_of(*at) == schema) return at;
    const auto next = at->find("from");
    if (next == at->end()) return nullptr;
    at = &*next;
  }
  return nullptr;
}

bool is_failure(const Json& record) { return schema_of(record) == Failure::kSchema; }

namespace {

/// Keeps the last 4 KiB of a stream; cut UTF-8 sequences at the front are dropped.
void shorten(Json& stream) {
  constexpr std::size_t kKept = 4096;
  if (!stream.is_object() || !stream.contains("text")) return;
  std::string bytes = text_of(stream["text"]);
  if (bytes.size() <= kKept) return;
  bytes.erase(0, bytes.size() - kKept);
  std::size_t cut = 0;
  while (cut < 3 && (static_cast<unsigned char>(bytes[cut]) & 0xC0) == 0x80) ++cut;
  if (is_utf8(std::string_view(bytes).substr(cut))) bytes.erase(0, cut);
  stream["text"] = text_json(bytes);
  stream["truncated"] = true;
}

}  // namespace

Json as_from(Json record) {
  if (record.is_object() && record.contains("commands") && record["commands"].is_array())
    for (Json& command : record["commands"])
      for (const char* name : {"stdout", "stderr"})
        if (command.is_object() && command.contains(name)) shorten(command[name]);
  return record;
}

}  // namespace sandbox::record
