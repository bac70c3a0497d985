#include "forge/surroundings.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/file.hpp"
#include "record/json.hpp"

namespace sandbox::forge {

namespace {

constexpr std::size_t kMaxEvent = std::size_t{32} << 20;

std::string text_of(const Environment& environment, const char* name) {
  const char* value = environment(name);
  return value ? value : "";
}

/// 0 for anything that is no number.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && rest == text.data() + text.size() ? number : 0;
}

/// "GROUP/NAME!7,GROUP/OTHER!9": of a pipeline for a branch, those that are open for it.
void first_open(const std::string& list, Place& place) {
  const std::string first = list.substr(0, list.find(','));
  const std::size_t mark = first.rfind('!');
  if (mark == first.npos) return;
  place.project = first.substr(0, mark);
  place.number = number_of(std::string_view(first).substr(mark + 1));
}

Surroundings of_gitlab(const Environment& environment) {
  const auto get = [&](const char* name) { return text_of(environment, name); };
  const auto either = [&](const char* name, const char* other) { return get(name).empty() ? get(other) : get(name); };
  Surroundings found{"gitlab", get("CI_API_V4_URL"), {}, get("CI_JOB_URL"), "", get("CI_SERVER_TLS_CA_FILE"), get("CI_JOB_TOKEN")};
  found.place.project = either("CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID");
  found.place.number = number_of(get("CI_MERGE_REQUEST_IID"));
  found.place.page = either("CI_MERGE_REQUEST_PROJECT_URL", "CI_PROJECT_URL");
  // The commit of a merged result is nobody's branch.
  found.place.commit = either("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA");
  found.place.commit_project = either("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "CI_PROJECT_ID");
  if (!found.place.number) first_open(get("CI_OPEN_MERGE_REQUESTS"), found.place);
  return found;
}

/// The event is the runner's file, and its titles and texts are anybody's.
Json event_of(const Environment& environment) {
  const std::string path = text_of(environment, "GITHUB_EVENT_PATH");
  if (path.empty()) return nullptr;
  const auto text = read_file_if_exists(path, kMaxEvent);
  return text ? record::parse(*text, path) : Json(nullptr);
}

void take_event(const Json& event, Place& place) {
  const auto at = [&](const char* path) {
    const Json::json_pointer pointer(path);
    return event.contains(pointer) ? event[pointer] : Json(nullptr);
  };
  for (const char* path : {"/pull_request/number", "/issue/number", "/number"})
    if (const Json number = at(path); !place.number && number.is_number_unsigned()) place.number = number.get<std::uint64_t>();
  if (const Json sha = at("/pull_request/head/sha"); sha.is_string()) place.commit = sha.get<std::string>();
}

/// "refs/pull/7/merge"
std::uint64_t number_in_reference(std::string_view reference) {
  constexpr std::string_view kBegin = "refs/pull/";
  if (!reference.starts_with(kBegin)) return 0;
  reference.remove_prefix(kBegin.size());
  return number_of(reference.substr(0, reference.find('/')));
}

/// Of GitHub, and of Gitea and Forgejo, which speak its language.
Surroundings of_actions(const Environment& environment, const char* forge) {
  const auto get = [&](const char* name) { return text_of(environment, name); };
  Surroundings found{forge, get("GITHUB_API_URL"), {}, "", get("GITHUB_STEP_SUMMARY"), "", ""};
  const std::string server = get("GITHUB_SERVER_URL");
  if (found.api.empty() && !server.empty()) found.api = server + "/api/v1";
  found.place.project = get("GITHUB_REPOSITORY");
  found.place.commit = get("GITHUB_SHA");
  take_event(event_of(environment), found.place);
  if (!found.place.number) found.place.number = number_in_reference(get("GITHUB_REF"));
  if (!server.empty() && !get("GITHUB_RUN_ID").empty())
    found.job_url = fmt::format("{}/{}/actions/runs/{}", server, found.place.project, get("GITHUB_RUN_ID"));
  return found;
}

bool is_true(const Environment& environment, const char* name) { return text_of(environment, name) == "true"; }

}  // namespace

Surroundings surroundings(const Environment& environment) {
  Surroundings found;
  if (is_true(environment, "GITEA_ACTIONS") || is_true(environment, "FORGEJO_ACTIONS")) found = of_actions(environment, "gitea");
  else if (is_true(environment, "GITHUB_ACTIONS")) found = of_actions(environment, "github");
  else if (is_true(environment, "GITLAB_CI")) found = of_gitlab(environment);
  if (const std::string file = text_of(environment, "SSL_CERT_FILE"); !file.empty()) found.ca_file = file;
  return found;
}

}  // namespace sandbox::forge
