// sandbox-cdi prints a description of devices that is written in YAML as JSON. Launches start it
// when they must, so that they need not hold a parser of YAML themselves.
#include "base/error.hpp"
#include "base/file.hpp"
#include "build/yaml.hpp"
#include "cli/tool_main.hpp"
#include "record/json.hpp"

namespace {

using namespace sandbox;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;

/// Plain numbers are numbers: all others of this format are text.
Json scalar(const build::Yaml& node) {
  const bool digits = !node.quoted && !node.text.empty() && node.text.size() < 10 &&
                      node.text.find_first_not_of("0123456789") == node.text.npos;
  if (!digits) return node.text;
  return std::stoul(node.text, nullptr, node.text.size() > 1 && node.text.front() == '0' ? 8 : 10);  // a mode
}

Json json_of(const build::Yaml& node) {
  switch (node.kind) {
    case build::Yaml::Kind::null:
      return nullptr;
    case build::Yaml::Kind::text:
      return scalar(node);
    case build::Yaml::Kind::list: {
      Json list = Json::array();
      for (const build::Yaml& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case build::Yaml::Kind::map: {
      Json map = Json::object();
      for (const build::Yaml::Entry& entry : node.entries) map[entry.key] = json_of(entry.value);
      return map;
    }
  }
  return nullptr;
}

int run(int argc, char** argv) {
  if (argc != 2) throw Error(ExitCode::input, "started by sandbox-launch, with the name of a file");
  write_all(1, record::dump(json_of(build::parse_yaml(read_file(argv[1], kMostBytes), argv[1]))), "stdout");
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-cdi", argc, argv, run); }
