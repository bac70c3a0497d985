#pragma once
// Names: the DNS inside, over datagrams and streams. Every question is answered at once, from
// the rules; nothing is forwarded.
#include <list>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "house.hpp"

namespace sandbox::doorman {

class Names final : public Loop::Watcher {
 public:
  static constexpr std::size_t kMostStreams = 32;

  Names(House& house, Fd datagrams, Fd streams);
  ~Names() override;

  void ready(int fd, std::uint32_t events) override;

 private:
  struct Stream {
    Fd socket;
    std::string received;
  };
  std::string answer(std::string_view query);
  void answer_datagrams();
  void welcome();
  void hear(std::list<Stream>::iterator stream);
  void end(std::list<Stream>::iterator stream);

  House& house_;
  Fd datagrams_, listener_;
  std::list<Stream> streams_;  ///< the longest silent first
};

}  // namespace sandbox::doorman
