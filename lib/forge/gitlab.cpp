// GitLab: a comment is a note of a merge request.
#include <fmt/format.h>

#include "base/text.hpp"
#include "forge/forge.hpp"

namespace sandbox::forge {

namespace {

constexpr const char* kNeeds =
    "the scope 'api' and the role Reporter (Developer for --status): make a project access token, and put it into the masked variable GITLAB_TOKEN";

class GitLab final : public Forge {
 public:
  GitLab(const Connection& connection, const Place& place)
      : api_(connection, "PRIVATE-TOKEN: " + connection.token.secret(), {"Accept: application/json"}, kNeeds),
        place_(place),
        notes_(fmt::format("/projects/{}/merge_requests/{}/notes", segment(place.project), place.number)) {}

  std::string self() override { return text_field(api_.ask("GET", "/user"), "id"); }

  void each_comment(const std::function<void(Comment)>& take) override {
    for (int page = 1; page <= kMaxPages; ++page) {
      const Api::Page found = api_.page(fmt::format("{}?sort=asc&order_by=created_at&per_page=100&page={}", notes_, page));
      for (const Json& note : found.items)
        if (note.is_object() && note.value("system", Json()) != true) take(comment_of(note));
      if (!found.more) return;
    }
    throw Error(ExitCode::failed, fmt::format("merge request {} has more comments than can be read", place_.number));
  }

  Comment create(const std::string& body) override { return comment_of(api_.ask("POST", notes_, {{"body", body}})); }
  Comment update(const std::string& id, const std::string& body) override {
    return comment_of(api_.ask("PUT", fmt::format("{}/{}", notes_, segment(id)), {{"body", body}}));
  }
  void remove(const std::string& id) override { api_.ask("DELETE", fmt::format("{}/{}", notes_, segment(id))); }

  void set_status(const CommitStatus& status) override {
    Json body{{"state", status.success ? "success" : "failed"}, {"name", status.context}, {"description", status.description}};
    if (!status.url.empty()) body["target_url"] = status.url;
    const std::string& project = place_.commit_project.empty() ? place_.project : place_.commit_project;
    try {
      api_.ask("POST", fmt::format("/projects/{}/statuses/{}", segment(project), segment(place_.commit)), body);
    } catch (const Rejected& rejected) {
      // From a state to the same one is no transition to GitLab: it stands there already.
      if (rejected.status() != 400 || std::string_view(rejected.what()).find("Cannot transition status") == std::string_view::npos) throw;
    }
  }

 private:
  Comment comment_of(const Json& note) const {
    Comment comment{text_field(note, "id"), note.contains("author") ? text_field(note["author"], "id") : "", text_field(note, "body"), ""};
    if (!place_.page.empty()) comment.url = fmt::format("{}/-/merge_requests/{}#note_{}", place_.page, place_.number, comment.id);
    return comment;
  }

  Api api_;
  Place place_;
  std::string notes_;
};

}  // namespace

std::unique_ptr<Forge> gitlab(const Connection& connection, const Place& place) { return std::make_unique<GitLab>(connection, place); }

}  // namespace sandbox::forge
