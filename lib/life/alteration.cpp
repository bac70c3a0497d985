#include "life/alteration.hpp"

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

namespace {

using record::field;
using record::field_if;
using record::or_null;
using Counts = NewTime::Counts;

}  // namespace

NewTime parse_new_time(std::string_view text) {
  if (text == "none") return {};
  const bool longer = text.starts_with('+');
  return {longer ? Counts::longer : Counts::from_now, parse_duration(longer ? text.substr(1) : text)};
}

bool Alteration::empty() const {
  const bool limited = limits.memory_bytes || limits.disk_bytes || limits.pids || limits.cpus;
  return !ttl && !idle && labels.empty() && unlabel.empty() && !limited && !paused && !doors && publish.empty() && unpublish.empty();
}

void to_json(Json& json, const NewTime& time) {
  json = {{"longer", time.counts == Counts::longer},
          {"ms", time.counts == Counts::never ? Json(nullptr) : Json(time.time.count())}};
}

void from_json(const Json& json, NewTime& time) {
  const auto ms = field_if<std::int64_t>(json, "ms");
  time.counts = !ms ? Counts::never : field<bool>(json, "longer") ? Counts::longer : Counts::from_now;
  time.time = std::chrono::milliseconds(ms.value_or(0));
}

void to_json(Json& json, const Alteration& alteration) {
  json = {{"ttl", or_null(alteration.ttl)},       {"idle", or_null(alteration.idle)},
          {"labels", alteration.labels},          {"unlabel", alteration.unlabel},
          {"limits", alteration.limits},          {"paused", or_null(alteration.paused)},
          {"doors", or_null(alteration.doors)},   {"publish", alteration.publish},
          {"unpublish", alteration.unpublish},    {"orders", alteration.orders},
          {"only_asks", alteration.only_asks}};
}

void from_json(const Json& json, Alteration& alteration) {
  alteration.ttl = field_if<NewTime>(json, "ttl");
  alteration.idle = field_if<NewTime>(json, "idle");
  alteration.labels = field<std::map<std::string, std::string>>(json, "labels");
  alteration.unlabel = field<std::vector<std::string>>(json, "unlabel");
  alteration.limits = field<record::Limits>(json, "limits");
  alteration.paused = field_if<bool>(json, "paused");
  alteration.doors = field_if<doors::Change>(json, "doors");
  alteration.publish = field<std::vector<PortWish>>(json, "publish");
  alteration.unpublish = field<std::vector<std::uint16_t>>(json, "unpublish");
  alteration.orders = field<doors::Orders>(json, "orders");
  alteration.only_asks = field<bool>(json, "only_asks");
}

}  // namespace sandbox::life
