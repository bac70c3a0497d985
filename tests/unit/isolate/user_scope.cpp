#include "isolate/user_scope.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::isolate;

namespace {

/// Something that listens where systemd would, and says the same whatever it hears.
class Imposter {
 public:
  explicit Imposter(std::vector<std::string> answers) : place_(test::scratch()), answers_(std::move(answers)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, socket().c_str());
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 1) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~Imposter() { thread_.join(); }

  Path socket() const { return place_.path() / "private"; }

 private:
  void serve() const {
    const Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    for (const std::string& answer : answers_) {
      char heard[4096];
      [[maybe_unused]] ssize_t n = ::recv(client.get(), heard, sizeof heard, 0);
      n = ::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  TempDir place_;
  std::vector<std::string> answers_;
  Fd listener_;
  std::thread thread_;
};

Scope ask(const std::vector<std::string>& answers) {
  const Imposter imposter(answers);
  return enter_user_scope(imposter.socket(), "sandbox-1.scope", 1);
}

}  // namespace

TEST_CASE("without a systemd of the user nobody listens") {
  const TempDir place = test::scratch();
  CHECK(enter_user_scope(place.path() / "private", "sandbox-1.scope", 1).answer == ScopeAnswer::nobody_listens);
}

TEST_CASE("a refusal of the user's systemd comes with its words") {
  const Scope scope = ask({"REJECTED EXTERNAL\r\n"});
  CHECK(scope.answer == ScopeAnswer::refused);
  CHECK(scope.reason == "it says 'REJECTED EXTERNAL'");
  // An error: its text, "no more scopes", is the first argument.
  const std::string error{"l\3\1\1\x13\0\0\0\1\0\0\0\0\0\0\0\x0e\0\0\0no more scopes\0", 35};
  CHECK(ask({"OK 0123456789abcdef\r\n", error}).reason == "no more scopes");
}

TEST_CASE("a peer that hangs up or talks nonsense is a refusal, not a hang") {
  CHECK(ask({}).answer == ScopeAnswer::refused);
  CHECK(ask({"OK 0123456789abcdef\r\n", "HTTP/1.1 400 Bad Request"}).reason == "its answer is no message");
  CHECK(ask({std::string(600, 'x')}).reason == "its greeting has no end");
  const std::string huge{"l\2\1\1\xff\xff\xff\x7f\1\0\0\0\0\0\0\0", 16};
  CHECK(ask({"OK 0123456789abcdef\r\n", huge}).answer == ScopeAnswer::refused);
}
