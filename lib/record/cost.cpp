#include "record/cost.hpp"

#include "record/fields.hpp"

namespace sandbox::record {

void to_json(Json& json, const Cost& cost) {
  json = {{"schema", Cost::kSchema},
          {"by", cost.by},
          {"key", cost.key},
          {"sandboxes", cost.sandboxes},
          {"commands", cost.commands},
          {"failed", cost.failed},
          {"life_ms", cost.life_ms},
          {"cpu_ms", cost.cpu_ms},
          {"peak_bytes", or_null(cost.peak_bytes)},
          {"cost", or_null(cost.cost)},
          {"currency", or_null(cost.currency)},
          {"from", cost.from}};
}

void from_json(const Json& json, Cost& cost) {
  cost.by = field<std::string>(json, "by");
  cost.key = field<std::string>(json, "key");
  cost.sandboxes = field<std::uint64_t>(json, "sandboxes");
  cost.commands = field<std::uint64_t>(json, "commands");
  cost.failed = field<std::uint64_t>(json, "failed");
  cost.life_ms = field<double>(json, "life_ms");
  cost.cpu_ms = field<double>(json, "cpu_ms");
  cost.peak_bytes = field_if<std::uint64_t>(json, "peak_bytes");
  cost.cost = field_if<double>(json, "cost");
  cost.currency = field_if<std::string>(json, "currency");
  cost.from = from_of(json);
}

}  // namespace sandbox::record
