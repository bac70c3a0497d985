#include "forge/publish.hpp"

#include <vector>

#include "forge/marker.hpp"

namespace sandbox::forge {

namespace {

constexpr int kMaxAttempts = 3;

/// Without what forges change of their own: line ends, blanks at the end.
std::string plain(std::string_view body) {
  std::string text;
  for (const char c : body)
    if (c != '\r') text += c;
  text.erase(text.find_last_not_of(" \n\t") + 1);
  return text;
}

std::vector<Comment> ours(Forge& forge, const std::string& key) {
  const std::string self = forge.self();
  if (self.empty()) throw Error(ExitCode::failed, "the forge does not say who we are");
  std::vector<Comment> found;
  forge.each_comment([&](Comment comment) {
    if (comment.author == self && key_of(comment.body) == key) found.push_back(std::move(comment));
  });
  return found;
}

Published publish_once(Forge& forge, const std::string& key, const std::string& body) {
  const std::vector<Comment> found = ours(forge, key);
  if (found.empty()) {
    const Comment made = forge.create(body);
    if (made.id.empty()) throw Error(ExitCode::failed, "the forge took a comment and names none");
    return {"created", made.id, made.url};
  }
  const Comment& first = found.front();
  const bool same = plain(first.body) == plain(body);
  Published published{same ? "unchanged" : "updated", first.id, first.url};
  if (!same)
    if (const Comment now = forge.update(first.id, body); !now.url.empty()) published.url = now.url;
  // Two jobs at once each made one: the older stays.
  for (std::size_t i = 1; i < found.size(); ++i) forge.remove(found[i].id);
  return published;
}

}  // namespace

Published publish(Forge& forge, const std::string& key, const std::string& body) {
  for (int attempt = 1;; ++attempt) {
    try {
      return publish_once(forge, key, body);
    } catch (const Unanswered&) {
      // It may be there by now: looking again tells.
      if (attempt >= kMaxAttempts) throw;
    }
  }
}

}  // namespace sandbox::forge
