#include "human.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "quote.hpp"

namespace sandbox::tool {

namespace {

/// A text field of the event, or empty: a log may have been written by another version.
std::string text(const Json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string joined(const Json& argv) {
  std::string line;
  if (argv.is_array())
    for (const Json& argument : argv) line += (line.empty() ? "" : " ") + quoted(argument);
  return line;
}

std::string command_line(const Json& event) {
  const Json verdict = event.value("verdict", Json::object());
  std::string result = text(verdict, "status") + ": " + text(verdict, "reason");
  if (verdict.value("exit", Json()).is_number()) result += " " + verdict["exit"].dump();
  return fmt::format("{}  {}", joined(event.value("argv", Json::array())), result);
}

std::string host(const Json& event) {
  const std::string name = text(event, "name");
  const Json port = event.value("port", Json());
  return port.is_number() ? fmt::format("{}:{}", name, port.dump()) : name;
}

std::string refusal_line(const Json& event) {
  const auto times = event.value("times", std::uint64_t{1});
  return times == 1 ? text(event, "text") : fmt::format("{}, {} times", text(event, "text"), times);
}

std::string door_line(const Json& event) {
  const std::string name = host(event);
  return fmt::format("{}  {} connections, {} out, {} in", name.empty() ? "others" : name, event.value("connections", std::uint64_t{0}),
                     size_text(event.value("bytes_out", std::uint64_t{0})), size_text(event.value("bytes_in", std::uint64_t{0})));
}

std::string port_of(const Json& event) { return fmt::format("{}:{}", text(event, "host"), event.value("host_port", 0)); }

std::string access_line(const Json& event) {
  const std::string refused = text(event, "refused");
  return fmt::format("{} came to {}{}", text(event, "peer"), port_of(event), refused.empty() ? "" : ": " + refused);
}

std::string port_line(const Json& event) {
  return fmt::format("{}  {} connections, {} refused, {} in, {} out", port_of(event), event.value("connections", std::uint64_t{0}),
                     event.value("refused", std::uint64_t{0}), size_text(event.value("bytes_in", std::uint64_t{0})),
                     size_text(event.value("bytes_out", std::uint64_t{0})));
}

std::string rules_of(const Json& doors) {
  std::string rules;
  for (const Json& rule : doors.value("rules", Json::array())) rules += (rules.empty() ? "" : ", ") + text(rule, "allow");
  return rules.empty() ? "none" : rules;
}

std::string change_line(const Json& event) {
  std::string line;
  for (const Json& change : event.value("changes", Json::array())) {
    const Json to = change.value("to", Json());
    const std::string shown = text(change, "what") == "doors" ? rules_of(to) : to.is_string() ? visible(to.get<std::string>()) : record::dump(to);
    const std::string state = text(change, "state");
    line += fmt::format("{}{}: {}{}", line.empty() ? "" : "; ", text(change, "what"), shown, state == "applied" ? "" : " (" + state + ")");
  }
  return line;
}

struct Shown {
  std::string_view kind;
  std::string (*text)(const Json& event);
};

const std::array kShown = {
    Shown{"build", [](const Json& e) { return text(e, "name") + " " + text(e, "image_digest").substr(0, 19); }},
    Shown{"snapshot", [](const Json& e) { return text(e, "name") + " " + text(e, "image_digest").substr(0, 19); }},
    Shown{"launch", [](const Json& e) { return text(e, "image") + (text(e, "name").empty() ? "" : " as " + text(e, "name")); }},
    Shown{"command", command_line},
    Shown{"copy", [](const Json& e) { return text(e, "direction") + " " + quoted(e.value("path", Json(""))); }},
    Shown{"change", change_line},
    Shown{"refusal", refusal_line},
    Shown{"door", door_line},
    Shown{"access", access_line},
    Shown{"port", port_line},
    Shown{"end", [](const Json& e) { return text(e, "ended"); }},
    Shown{"service", [](const Json& e) { return text(e, "name") + ": " + text(e, "cause"); }},
    Shown{"error", [](const Json& e) { return text(e, "message"); }},
    Shown{"torn", [](const Json& e) { return "an unfinished line was set aside as " + text(e, "file"); }},
    Shown{"dropped", [](const Json& e) { return fmt::format("entries {} to {}", e.value("first", 0), e.value("last", 0)); }},
};

}  // namespace

std::string summary(const record::Entry& entry) {
  for (const Shown& shown : kShown)
    if (shown.kind == entry.kind && entry.event.is_object()) try {
        return shown.text(entry.event);
      } catch (const std::exception&) {
        break;  // fields of another type than ours
      }
  return record::dump(entry.event);
}

std::string human(const record::Entry& entry) {
  const std::string actor = entry.actor.name.value_or(fmt::format("uid {}", entry.actor.uid));
  return fmt::format("{}  {:7}  {:13}  {}  {}\n", visible(entry.time), visible(entry.kind), visible(entry.sandbox.value_or("-")),
                     visible(actor), visible(summary(entry)));
}

}  // namespace sandbox::tool
