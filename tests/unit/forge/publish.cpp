#include "forge/publish.hpp"

#include <vector>

#include "catch.hpp"
#include "forge/marker.hpp"

using namespace sandbox;
using namespace sandbox::test;
using namespace sandbox::forge;

namespace {

/// Keeps comments in memory, and can lose an answer.
struct Board : Forge {
  std::vector<Comment> comments;
  int created = 0, updated = 0, lost = 0;

  std::string self() override { return "us"; }
  void each_comment(const std::function<void(Comment)>& take) override {
    for (const Comment& comment : comments) take(comment);
  }
  Comment create(const std::string& body) override {
    ++created;
    comments.push_back({std::to_string(comments.size() + 1), "us", body, ""});
    if (lost-- > 0) throw Unanswered("lost", Unanswered::Sent::perhaps);
    return comments.back();
  }
  Comment update(const std::string& id, const std::string& body) override {
    ++updated;
    for (Comment& comment : comments)
      if (comment.id == id) return comment.body = body, comment;
    throw std::logic_error("no such comment");
  }
  void remove(const std::string& id) override {
    std::erase_if(comments, [&](const Comment& comment) { return comment.id == id; });
  }
  void set_status(const CommitStatus&) override {}
};

std::string body(const std::string& text) { return marker("k") + "\n" + text; }

}  // namespace

TEST_CASE("one comment is made, then updated, and left alone when it says the same") {
  Board board;
  CHECK(publish(board, "k", body("one")).action == "created");
  CHECK(publish(board, "k", body("two")).action == "updated");
  CHECK(publish(board, "k", body("two") + "\n\n").action == "unchanged");
  CHECK(board.comments.size() == 1);
  CHECK(board.created == 1);
  CHECK(board.updated == 1);
}

TEST_CASE("a comment is ours by its author and by the marker on its first line") {
  Board board;
  board.comments = {{"1", "them", body("forged"), ""}, {"2", "us", "text\n" + marker("k"), ""}, {"3", "us", marker("other") + "\n", ""}};
  CHECK(publish(board, "k", body("one")).action == "created");
  CHECK(board.comments[0].body == body("forged"));
  CHECK(board.comments.size() == 4);
}

TEST_CASE("a comment whose making was not answered is not made twice") {
  Board board;
  board.lost = 1;
  CHECK(publish(board, "k", body("one")).action == "unchanged");
  CHECK(board.comments.size() == 1);
}

TEST_CASE("of two of ours the older stays") {
  Board board;
  board.comments = {{"1", "us", body("old"), ""}, {"2", "us", body("old"), ""}, {"3", "them", body("theirs"), ""}};
  CHECK(publish(board, "k", body("new")).id == "1");
  REQUIRE(board.comments.size() == 2);
  CHECK(board.comments[0].body == body("new"));
  CHECK(board.comments[1].author == "them");
}
