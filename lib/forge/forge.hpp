#pragma once
// Forge: what is needed of GitLab, GitHub and Gitea to keep one comment up to date.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "forge/api.hpp"

namespace sandbox::forge {

/// The merge request (or pull request) that is commented.
struct Place {
  std::string project;      ///< GROUP/NAME, or GitLab's number
  std::uint64_t number = 0;
  std::string commit_project;  ///< where its commits are, if that is another one
  std::string commit;          ///< of a status
  std::string page;            ///< of the project, for GitLab, which does not tell where a comment is
};

struct Comment {
  std::string id, author, body, url;
};

struct CommitStatus {
  bool success = false;
  std::string context;
  std::string description;  ///< one line
  std::string url;          ///< may be empty
};

class Forge {
 public:
  virtual ~Forge() = default;
  /// Who we are, as Comment::author says it.
  virtual std::string self() = 0;
  /// Every comment that people can see, oldest first, page by page.
  virtual void each_comment(const std::function<void(Comment)>& take) = 0;
  virtual Comment create(const std::string& body) = 0;
  virtual Comment update(const std::string& id, const std::string& body) = 0;
  virtual void remove(const std::string& id) = 0;
  virtual void set_status(const CommitStatus& status) = 0;
};

/// More pages than this are not believed.
inline constexpr int kMaxPages = 500;

std::unique_ptr<Forge> gitlab(const Connection& connection, const Place& place);
std::unique_ptr<Forge> github(const Connection& connection, const Place& place);
std::unique_ptr<Forge> gitea(const Connection& connection, const Place& place);

}  // namespace sandbox::forge
