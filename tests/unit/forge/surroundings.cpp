#include "forge/surroundings.hpp"

#include <map>

#include "base/file.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::test;
using forge::surroundings;

namespace {

forge::Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

}  // namespace

TEST_CASE("a pipeline of a merge request names the target's project and the source's commit") {
  const auto found = surroundings(environment({{"GITLAB_CI", "true"},
                                               {"CI_API_V4_URL", "https://gitlab.example.org/api/v4"},
                                               {"CI_PROJECT_ID", "9"},
                                               {"CI_COMMIT_SHA", "merged"},
                                               {"CI_MERGE_REQUEST_IID", "42"},
                                               {"CI_MERGE_REQUEST_PROJECT_ID", "7"},
                                               {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "9"},
                                               {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "branch"},
                                               {"CI_JOB_TOKEN", "job-token"}}));
  CHECK(found.forge == "gitlab");
  CHECK(found.api == "https://gitlab.example.org/api/v4");
  CHECK(found.place.project == "7");
  CHECK(found.place.number == 42);
  CHECK(found.place.commit == "branch");
  CHECK(found.place.commit_project == "9");
  CHECK(found.job_token == "job-token");
}

TEST_CASE("a pipeline of a branch finds the merge request that is open for it") {
  const auto found = surroundings(environment({{"GITLAB_CI", "true"}, {"CI_PROJECT_ID", "9"}, {"CI_COMMIT_SHA", "sha"},
                                               {"CI_OPEN_MERGE_REQUESTS", "group/sub/name!333,other/name!1"}}));
  CHECK(found.place.project == "group/sub/name");
  CHECK(found.place.number == 333);
  CHECK(found.place.commit == "sha");
}

TEST_CASE("a workflow's event names the pull request and the commit of its branch") {
  const TempDir place = scratch();
  const Path event = place.path() / "event.json";
  replace_file(event, R"({"number":5,"pull_request":{"number":5,"title":"</a>","head":{"sha":"branch"}}})");
  const auto found = surroundings(environment({{"GITHUB_ACTIONS", "true"}, {"GITHUB_API_URL", "https://api.example.org"}, {"GITHUB_REPOSITORY", "owner/name"},
                                               {"GITHUB_SHA", "merged"}, {"GITHUB_EVENT_PATH", event.native()}, {"GITHUB_STEP_SUMMARY", "/summary"},
                                               {"GITHUB_SERVER_URL", "https://example.org"}, {"GITHUB_RUN_ID", "77"}}));
  CHECK(found.forge == "github");
  CHECK(found.place.project == "owner/name");
  CHECK(found.place.number == 5);
  CHECK(found.place.commit == "branch");
  CHECK(found.summary == "/summary");
  CHECK(found.job_url == "https://example.org/owner/name/actions/runs/77");
}

TEST_CASE("without an event, the reference names the pull request") {
  const auto found = surroundings(environment({{"GITHUB_ACTIONS", "true"}, {"GITHUB_REF", "refs/pull/12/merge"}}));
  CHECK(found.place.number == 12);
  CHECK(surroundings(environment({{"GITHUB_ACTIONS", "true"}, {"GITHUB_REF", "refs/heads/pull/12"}})).place.number == 0);
}

TEST_CASE("Gitea speaks GitHub's language and is not taken for it") {
  const auto found = surroundings(environment({{"GITHUB_ACTIONS", "true"}, {"GITEA_ACTIONS", "true"}, {"GITHUB_SERVER_URL", "https://gitea.example.org"}}));
  CHECK(found.forge == "gitea");
  CHECK(found.api == "https://gitea.example.org/api/v1");
}

TEST_CASE("outside of CI nothing is known") {
  CHECK(surroundings(environment({})).forge.empty());
  CHECK(surroundings(environment({{"GITLAB_CI", ""}, {"GITHUB_ACTIONS", "false"}})).forge.empty());
}
