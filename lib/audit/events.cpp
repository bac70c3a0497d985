#include "audit/events.hpp"

#include "base/text.hpp"
#include "digest/sha256.hpp"
#include "record/fields.hpp"

namespace sandbox::audit {

using record::or_null;

Event built(const record::Image& image) {
  std::uint64_t bytes = 0;
  for (const record::Layer& layer : image.layers) bytes += layer.bytes;
  return {"build",
          {},
          {{"name", image.name}, {"image_digest", image.digest}, {"cached", image.cached}, {"bytes", bytes}}};
}

Event snapshot_made(const record::Image& image) {
  const record::SnapshotOf& of = image.snapshot_of.value();
  const record::Layer& layer = image.layers.back();
  return {"snapshot",
          of.sandbox,
          {{"name", image.name},
           {"image_digest", image.digest},
           {"of", of.image_digest},
           {"bytes", layer.bytes},
           {"files", layer.files},
           {"still_ms", image.timings_ms.at("still")}}};
}

Event launched(const record::Sandbox& sandbox) {
  Json absent = Json::array();
  for (const record::Wall& wall : sandbox.walls)
    if (!wall.up) absent.push_back(wall.name);
  return {"launch",
          sandbox.id,
          {{"name", or_null(sandbox.name)},
           {"labels", sandbox.labels},
           {"image", sandbox.image},
           {"image_digest", sandbox.image_digest},
           {"engine", sandbox.engine},
           {"user", sandbox.user},
           {"workdir", sandbox.workdir},
           {"secrets", sandbox.secrets},
           {"limits", sandbox.limits},
           {"absent", absent},
           {"doors", sandbox.doors},
           {"ports", sandbox.ports},
           {"expires", or_null(sandbox.expires)}}};
}

Event ended(const record::Reaped& reaped, const std::map<std::string, double>& launch_timings_ms) {
  return {"end",
          reaped.id,
          {{"ended", reaped.ended}, {"usage", or_null(reaped.usage)}, {"launch_timings_ms", launch_timings_ms}}};
}

Event service_died(const std::string& sandbox, const std::string& name, const std::string& cause) {
  return {"service", sandbox, {{"name", name}, {"cause", visible(cause)}}};
}

Event failed(const Error& error, std::optional<std::string> sandbox) {
  return {"error",
          std::move(sandbox),
          {{"code", static_cast<int>(error.code())},
           {"message", visible(error.what())},
           {"hint", visible(error.hint())}}};
}

namespace {

Json digest_of(const record::Stream& stream, const std::optional<std::string>& sha256) {
  Json json;
  json["bytes"] = stream.bytes;
  json["sha256"] = or_null(sha256);
  json["truncated"] = stream.truncated;
  return json;
}

}  // namespace

Digests digests_of_kept(const record::CommandOutcome& outcome) {
  return {digest::sha256_hex(outcome.out.kept), digest::sha256_hex(outcome.err.kept)};
}

Event commanded(const std::string& sandbox, const record::CommandOutcome& outcome, const Asked& asked, const Digests& digests) {
  Json argv = Json::array();
  for (const std::string& argument : outcome.argv) argv.push_back(record::text_json(argument));
  // Field by field, as an entry itself: every command waits for this.
  Event event{"command", sandbox, Json::object()};
  Json& body = event.body;
  body["argv"] = std::move(argv);
  body["user"] = or_null(asked.user);
  body["cwd"] = or_null(asked.cwd);
  body["env"] = asked.env;
  body["verdict"] = outcome.verdict;
  body["usage"] = outcome.usage;
  body["stdout"] = digest_of(outcome.out, digests.out);
  body["stderr"] = digest_of(outcome.err, digests.err);
  body["pid"] = or_null(outcome.pid);
  body["step"] = nullptr;
  return event;
}

Event step_commanded(const std::string& sandbox, const record::CommandOutcome& outcome, const Asked& asked,
                     const Digests& digests, const StepPlace& step) {
  Event event = commanded(sandbox, outcome, asked, digests);
  event.body["step"] = {{"recipe", step.recipe}, {"at", visible(step.at)}, {"title", visible(step.title)}};
  return event;
}

Event changed(const std::string& sandbox, Json doors, const std::vector<record::Altered>& changes) {
  return {"change", sandbox, {{"asked", std::move(doors)}, {"changes", changes}}};
}

Event refused(const std::string& sandbox, const record::Refusal& refusal, std::uint64_t times) {
  return {"refusal",
          sandbox,
          {{"name", or_null(refusal.name)},
           {"port", or_null(refusal.port)},
           {"reason", refusal.reason},
           {"text", refusal.text},
           {"allow", or_null(refusal.allow)},
           {"times", times}}};
}

Event passed(const std::string& sandbox, const record::Passage& passage) { return {"door", sandbox, passage}; }

Event accessed(const std::string& sandbox, const record::Access& access) {
  Event event{"access", sandbox, access};
  event.body.erase("time");  // the entry has its own
  return event;
}

Event used(const std::string& sandbox, const record::PortUse& use) { return {"port", sandbox, use}; }

Event copied(const std::string& sandbox, Direction direction, const std::string& path,
             std::optional<std::uint64_t> bytes) {
  return {"copy",
          sandbox,
          {{"direction", direction == Direction::in ? "in" : "out"},
           {"path", record::text_json(path)},
           {"bytes", or_null(bytes)}}};
}

}  // namespace sandbox::audit
