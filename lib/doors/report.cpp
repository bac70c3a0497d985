#include "doors/report.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/error.hpp"
#include "record/fields.hpp"

namespace sandbox::doors {

namespace {

using record::field;

constexpr std::size_t kMaxReport = 1 << 17;  // below what a socket's buffer takes in one piece
constexpr int kPatienceMs = 1000;

}  // namespace

void to_json(Json& json, const Repeated& repeated) {
  json = {{"refusal", repeated.refusal}, {"times", repeated.times}};
}

void from_json(const Json& json, Repeated& repeated) {
  repeated.refusal = field<record::Refusal>(json, "refusal");
  repeated.times = field<std::uint64_t>(json, "times");
}

void to_json(Json& json, const Report& report) {
  json = {{"passages", report.passages}, {"refusals", report.refusals}, {"ports", report.ports}, {"others", report.others}};
}

void from_json(const Json& json, Report& report) {
  report.passages = field<std::vector<record::Passage>>(json, "passages");
  report.refusals = field<std::vector<Repeated>>(json, "refusals");
  report.ports = field<std::vector<record::PortUse>>(json, "ports");
  report.others = field<std::uint64_t>(json, "others");
  report.passages.resize(std::min(report.passages.size(), Report::kMost));
  report.refusals.resize(std::min(report.refusals.size(), Report::kMost));
  report.ports.resize(std::min(report.ports.size(), Report::kMost));
}

void send_report(const Fd& socket, const Report& report) noexcept {
  try {
    const std::string text = record::dump(report);
    (void)::send(socket.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  } catch (const std::exception&) {
    // Then the counts are not known; what was refused first is.
  }
}

std::optional<Report> receive_report(const Fd& socket) noexcept {
  try {
    pollfd wait{socket.get(), POLLIN, 0};
    if (::poll(&wait, 1, kPatienceMs) != 1) return std::nullopt;
    std::string text(kMaxReport, '\0');
    const ssize_t n = ::recv(socket.get(), text.data(), text.size(), MSG_DONTWAIT);
    if (n <= 0) return std::nullopt;
    return record::parse(std::string_view(text).substr(0, static_cast<std::size_t>(n)), "a doorman's report").get<Report>();
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace sandbox::doors
