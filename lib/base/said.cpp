#include "base/said.hpp"

namespace sandbox {

Said said_by(Command command, std::size_t most, std::initializer_list<int> heard) {
  auto [reading, writing] = make_pipe();
  for (const int descriptor : heard) command.descriptors.push_back({writing.get(), descriptor});
  Child child = Child::spawn(command);
  writing.close();
  std::string text = read_all(reading.get(), most, command.program.native());
  return {std::move(text), std::move(child).wait()};
}

}  // namespace sandbox
