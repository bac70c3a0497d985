#include "isolate/newuidmap.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/child.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "isolate/subordinate.hpp"

namespace sandbox::isolate {

namespace {

/// Not by PATH: a supervisor has none, and what gains privileges is not searched for.
std::string find_program(const char* name) {
  for (const char* directory : {"/usr/bin", "/usr/local/bin", "/run/wrappers/bin"})
    if (std::string path = fmt::format("{}/{}", directory, name); ::access(path.c_str(), X_OK) == 0) return path;
  return {};
}

struct Mapping {
  std::string program;
  Child child;
  Fd complaints;
};

Mapping start(const std::string& program, pid_t child, std::uint32_t own, std::uint32_t first) {
  auto [read_end, write_end] = make_pipe();
  Command command;
  command.program = program;
  command.arguments = {Path(program).filename(), fmt::format("{}", child), "0", fmt::format("{}", own), "1",
                       "1", fmt::format("{}", first), "65535"};
  command.descriptors = {{write_end.get(), 2}};
  return {program, Child::spawn(command), std::move(read_end)};
}

void finish(Mapping mapping) {
  const std::string said = read_all(mapping.complaints.get(), 65536, mapping.program);
  if (shell_code(std::move(mapping.child).wait()) == 0) return;
  throw Error(HostCheck::subuid, fmt::format("cannot map a range of ids: {}", visible(said.substr(0, said.find('\n')))),
              "see subuid(5) and newuidmap(1)");
}

}  // namespace

MappingPrograms find_mapping_programs() {
  MappingPrograms helpers{find_program("newuidmap"), find_program("newgidmap"), {}, {}};
  if (helpers.uids.empty() || helpers.gids.empty()) {
    helpers.lack = fmt::format("there is no {}", helpers.uids.empty() ? "newuidmap" : "newgidmap");
    helpers.fix = "install the package uidmap";
  } else if (::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
    helpers.lack = "newuidmap cannot gain its privileges here: no_new_privs is set";
    helpers.fix = "start it from where NoNewPrivileges= and its like are not set";
  }
  return helpers;
}

void map_by_programs(pid_t child, const SubordinateIds& ids) {
  const MappingPrograms helpers = find_mapping_programs();
  if (!helpers.lack.empty()) throw Error(HostCheck::subuid, helpers.lack, helpers.fix);
  Mapping users = start(helpers.uids, child, ::geteuid(), ids.users);
  Mapping groups = start(helpers.gids, child, ::getegid(), ids.groups);
  finish(std::move(users));
  finish(std::move(groups));
}

}  // namespace sandbox::isolate
