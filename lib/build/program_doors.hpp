#pragma once
// Program doors: the way out of one program of the host, by a doorman of its own.
#include <map>
#include <string>

#include "build/program.hpp"
#include "life/door_keeper.hpp"
#include "store/places.hpp"

namespace sandbox::build {

class ProgramDoors {
 public:
  /// Starts the doorman.
  ProgramDoors(const Program& program, const Workplace& place);

  /// Where the program finds its names: path inside, content.
  std::map<std::string, std::string> files() const;
  void open(const Fd& process) { keeper_.command(process, std::move(orders_)); }
  /// The log says what was not let through.
  void close(int log);

 private:
  store::Place place_;  // its number is the doorman's user, so no other build's has the same
  doors::Orders orders_;
  life::DoorKeeper keeper_;
};

}  // namespace sandbox::build
