// GitHub and Gitea (Forgejo): a comment is one of an issue, which every pull request is, too.
#include <fmt/format.h>

#include "base/text.hpp"
#include "forge/forge.hpp"

namespace sandbox::forge {

namespace {

constexpr const char* kGitHubNeeds = "'pull-requests: write' (and 'statuses: write' for --status): see permissions: of the workflow, or make a token";
constexpr const char* kGiteaNeeds = "to write issues and repositories, and to read its user: make a token with the scopes write:issue, write:repository, read:user";
/// Both cut or refuse what is longer.
constexpr std::size_t kMaxDescription = 140;

/// OWNER/NAME as two segments.
std::string repository(const std::string& project) {
  const std::size_t slash = project.find('/');
  if (slash == project.npos || slash == 0 || slash + 1 == project.size() || project.find('/', slash + 1) != project.npos)
    throw Error(ExitCode::input, fmt::format("'{}' is no OWNER/NAME", visible(project)), "name it with --project");
  return fmt::format("/repos/{}/{}", segment(project.substr(0, slash)), segment(project.substr(slash + 1)));
}

class Issues : public Forge {
 public:
  Issues(Api api, const Place& place)
      : api_(std::move(api)), place_(place), repository_(repository(place.project)), comments_(fmt::format("{}/issues/{}/comments", repository_, place.number)) {}

  void each_comment(const std::function<void(Comment)>& take) override {
    for (int page = 1; page <= kMaxPages; ++page) {
      const Api::Page found = api_.page(fmt::format("{}?per_page=100&page={}", comments_, page));
      for (const Json& comment : found.items)
        if (comment.is_object()) take(comment_of(comment));
      if (!found.more) return;
    }
    throw Error(ExitCode::failed, fmt::format("pull request {} has more comments than can be read", place_.number));
  }

  Comment create(const std::string& body) override { return comment_of(api_.ask("POST", comments_, {{"body", body}})); }
  Comment update(const std::string& id, const std::string& body) override { return comment_of(api_.ask("PATCH", path_of(id), {{"body", body}})); }
  void remove(const std::string& id) override { api_.ask("DELETE", path_of(id)); }

  void set_status(const CommitStatus& status) override {
    Json body{{"state", status.success ? "success" : "failure"}, {"context", status.context}, {"description", status.description.substr(0, kMaxDescription)}};
    if (!status.url.empty()) body["target_url"] = status.url;
    api_.ask("POST", fmt::format("{}/statuses/{}", repository_, segment(place_.commit)), body);
  }

 protected:
  Api api_;

 private:
  std::string path_of(const std::string& id) const { return fmt::format("{}/issues/comments/{}", repository_, segment(id)); }

  static Comment comment_of(const Json& comment) {
    return {text_field(comment, "id"), comment.contains("user") ? text_field(comment["user"], "login") : "", text_field(comment, "body"),
            text_field(comment, "html_url")};
  }

  Place place_;
  std::string repository_, comments_;
};

class GitHub final : public Issues {
 public:
  GitHub(const Connection& connection, const Place& place) : Issues(api_of(connection), place), connection_(connection) {}

  /// The token of a workflow has no user, but GraphQL knows who it is.
  std::string self() override {
    try {
      return text_field(api_.ask("GET", "/user"), "login");
    } catch (const Denied& denied) {
      if (denied.status() != 403) throw;
    }
    Connection other = connection_;
    const std::string& base = connection_.address.text();
    other.address = connection_.address.at_root(base.ends_with("/api/v3") ? "/api" : "");
    const Json answer = api_of(other).ask("POST", "/graphql", {{"query", "query { viewer { login } }"}});
    const Json::json_pointer login("/data/viewer/login");
    if (!answer.contains(login) || !answer[login].is_string()) throw Error(ExitCode::failed, fmt::format("'{}' does not say who we are", base));
    return answer[login].get<std::string>();
  }

 private:
  static Api api_of(const Connection& connection) {
    return Api(connection, "Authorization: Bearer " + connection.token.secret(),
               {"Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28"}, kGitHubNeeds);
  }
  Connection connection_;
};

class Gitea final : public Issues {
 public:
  Gitea(const Connection& connection, const Place& place)
      : Issues(Api(connection, "Authorization: token " + connection.token.secret(), {"Accept: application/json"}, kGiteaNeeds), place) {}

  std::string self() override { return text_field(api_.ask("GET", "/user"), "login"); }
};

}  // namespace

std::unique_ptr<Forge> github(const Connection& connection, const Place& place) { return std::make_unique<GitHub>(connection, place); }

std::unique_ptr<Forge> gitea(const Connection& connection, const Place& place) { return std::make_unique<Gitea>(connection, place); }

}  // namespace sandbox::forge
