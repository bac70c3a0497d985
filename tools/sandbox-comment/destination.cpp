#include "destination.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "forge/matrix.hpp"

namespace sandbox::tool {

namespace {

using forge::Token;

constexpr std::size_t kMostBytes = 65'536, kMostOfGitLab = 1'000'000, kMostOfASummary = 1'000'000;

[[noreturn]] void lacks(const std::string& what, const std::string& hint) { throw Error(ExitCode::input, what, hint); }

std::optional<Token> from_environment(const std::string& to, const forge::Environment& environment) {
  if (to == "gitlab") return Token::from_environment(environment, {"SANDBOX_COMMENT_TOKEN", "GITLAB_TOKEN"});
  if (to == "github") return Token::from_environment(environment, {"SANDBOX_COMMENT_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"});
  if (to == "gitea") return Token::from_environment(environment, {"SANDBOX_COMMENT_TOKEN", "GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"});
  return Token::from_environment(environment, {"SANDBOX_COMMENT_TOKEN", "MATRIX_TOKEN"});
}

std::string needed(const std::string& to) {
  if (to == "gitlab")
    return "make a project access token with the scope 'api' and the role Reporter (Developer for --status), and put it into the masked variable GITLAB_TOKEN";
  if (to == "github") return "give the step GITHUB_TOKEN, with the permission 'pull-requests: write'";
  if (to == "gitea") return "make a token with the scopes write:issue, write:repository, read:user, and put it into GITEA_TOKEN";
  return "put the access token of a user that is in the room into MATRIX_TOKEN";
}

/// GitLab's own token of a job reads notes and writes none.
void check_job_token(const Token& token, const forge::Surroundings& around) {
  const bool is_of_job = token.secret() == around.job_token || token.secret().starts_with("glcbt-");
  if (is_of_job) lacks(fmt::format("'{}' is a job's token, and GitLab lets none of those write comments", visible(token.source())), needed("gitlab"));
}

Token token_of(const Where& where, const std::string& to, const forge::Surroundings& around, const forge::Environment& environment) {
  const auto token = where.token_file ? Token::from_file(*where.token_file) : from_environment(to, environment);
  if (!token && to == "gitlab" && !around.job_token.empty())
    lacks("there is only CI_JOB_TOKEN, and GitLab lets no job's token write comments", needed(to));
  if (!token) lacks("there is no token", needed(to) + ", or name a file with --token-file");
  if (to == "gitlab") check_job_token(*token, around);
  return *token;
}

forge::Connection connection_of(const Where& where, const std::string& to, const forge::Surroundings& around, const forge::Environment& environment) {
  const char* homeserver = environment("MATRIX_HOMESERVER");
  const std::string known = to == "matrix" ? (homeserver ? homeserver : "") : around.forge == to ? around.api : "";
  const std::string api = where.api.empty() ? known : where.api;
  if (api.empty()) lacks(fmt::format("nobody says where {} is", to), to == "matrix" ? "name the homeserver with --api" : "name its API with --api");
  return {forge::Address::parse(api), token_of(where, to, around, environment), around.ca_file, where.patience.value_or(std::chrono::minutes(2))};
}

forge::Place place_of(const Where& where, const std::string& to, const forge::Surroundings& around) {
  forge::Place place = around.forge == to ? around.place : forge::Place{};
  if (!where.project.empty() && where.project != place.project) place = {where.project, place.number, "", place.commit, ""};
  if (where.number) place.number = *where.number;
  if (!where.commit.empty()) place.commit = where.commit;
  if (place.project.empty()) lacks("nobody says which project", "name it with --project");
  if (!place.number) lacks("no merge request is built here", "name one with --number, or run this for merge requests only");
  return place;
}

}  // namespace

std::string kind_of(const Where& where, const forge::Surroundings& around) { return where.to.empty() ? around.forge : where.to; }

std::size_t most_bytes(const std::string& kind) {
  return kind == "gitlab" ? kMostOfGitLab : kind == "summary" ? kMostOfASummary : kMostBytes;
}

Destination destination_of(const Where& where, const forge::Surroundings& around, const forge::Environment& environment) {
  Destination destination;
  destination.to = kind_of(where, around);
  destination.summary = around.summary;
  if (destination.to.empty()) lacks("nobody says where to", "name it with --to, or show the comment with --dry-run");
  if (destination.to == "summary") {
    if (around.summary.empty()) lacks("this job has no summary", "GITHUB_STEP_SUMMARY names its file");
    return destination;
  }
  if (destination.to == "matrix") {
    if (!forge::is_room(where.room)) lacks(where.room.empty() ? "nobody says which room" : fmt::format("'{}' is no id of a room", visible(where.room)), "name it with --room '!ID:SERVER'");
    destination.room = where.room;
  } else {
    destination.place = place_of(where, destination.to, around);
  }
  // Of a pull request from a fork, a job has no secrets; where its page can show text, that is enough.
  const bool has_page = destination.to == "github" || destination.to == "gitea";
  if (has_page && !around.summary.empty() && !where.token_file && !from_environment(destination.to, environment)) {
    destination.instead = fmt::format("there is no token: {}", needed(destination.to));
    destination.to = "summary";
    return destination;
  }
  destination.connection = connection_of(where, destination.to, around, environment);
  return destination;
}

std::string Destination::name() const {
  if (to == "matrix") return room;
  if (to == "summary") return summary;
  return fmt::format("{}{}{}", place.project, to == "gitlab" ? '!' : '#', place.number);
}

std::unique_ptr<forge::Forge> Destination::forge() const {
  if (to == "gitlab") return forge::gitlab(*connection, place);
  return to == "github" ? forge::github(*connection, place) : forge::gitea(*connection, place);
}

}  // namespace sandbox::tool
