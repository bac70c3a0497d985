#include "store/keys.hpp"

#include "base/error.hpp"
#include "record/fields.hpp"
#include "store/digests.hpp"

namespace sandbox::store {

std::optional<Key> find_key(const Store& store, std::string_view key) {
  const Path file = store.keys() / hex_of(key);
  const std::optional<std::string> text = read_file_if_exists(file, 400);
  if (!text) return std::nullopt;
  try {
    const Json json = record::parse(*text, "the key");
    Key value{record::field<std::string>(json, "digest"),
              parse_rfc3339(record::field<std::string>(json, "made"))};
    (void)hex_of(value.digest);
    return value;
  } catch (const Error&) {
    return std::nullopt;  // damaged: building again replaces it
  }
}

void write_key(const Store& store, std::string_view key, const Key& value) {
  const Json json = {{"digest", value.digest}, {"made", rfc3339(value.made)}};
  replace_file(store.keys() / hex_of(key), record::dump(json) + "\n");
}

}  // namespace sandbox::store
