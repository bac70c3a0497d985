#include "life/ids.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::life {

namespace {

bool is_root(std::string_view who) { return who.empty() || who == "root" || who == "0"; }

/// As far as can be told without the image's /etc/passwd.
bool is_only_root(std::string_view user) {
  const std::size_t colon = user.find(':');
  return is_root(user.substr(0, colon)) && (colon == user.npos || is_root(user.substr(colon + 1)));
}

/// What needs the range, as a message begins; empty: nothing does.
std::string need_of(const std::string& which, const std::string& from, const LaunchRequest& request, const record::Image& image) {
  if (which == "range") return from;
  if (which == "single" && request.ssh)
    throw Error(ExitCode::input, fmt::format("{} 'single': an sshd needs a range of ids", from), "--ids range, or no --ssh");
  if (which == "single") return {};
  if (which != "auto")
    throw Error(ExitCode::input, fmt::format("{} '{}': not auto, single or range", from, visible(which)));
  if (request.ssh) return "--ssh";
  if (request.user) return is_only_root(*request.user) ? "" : fmt::format("--user '{}'", visible(*request.user));
  return is_only_root(image.defaults.user) ? "" : fmt::format("the image's user '{}'", visible(image.defaults.user));
}

}  // namespace

std::vector<isolate::SubordinateIds> choose_ids(const config::Config& config, const LaunchRequest& request,
                                                const record::Image& image) {
  const std::string from = request.ids ? "--ids" : "isolation.ids";
  const std::string which = request.ids.value_or(config.ids.value_or("auto"));
  const std::string need = need_of(which, from, request, image);
  if (::geteuid() == 0 && request.ids == "single")
    throw Error(ExitCode::input, "--ids 'single': a sandbox of root has a range of ids, always");
  if (need.empty() || ::geteuid() == 0) return {};
  try {
    return isolate::subordinate_ids(isolate::SubordinateFacts::read());
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{} needs a range of ids: {}", need, error.what()), error.hint());
  }
}

isolate::SubordinateIds ids_at(const std::vector<isolate::SubordinateIds>& ids, const engine::Spec& spec) {
  return spec.shares.empty() ? ids[static_cast<std::size_t>(spec.place) % ids.size()] : ids.front();
}

std::optional<isolate::SubordinateIds> range_for_files() {
  if (::geteuid() == 0) return std::nullopt;
  try {
    return isolate::subordinate_ids(isolate::SubordinateFacts::read()).front();
  } catch (const Error&) {
    return std::nullopt;  // then no sandbox of his can have left such files
  }
}

}  // namespace sandbox::life
