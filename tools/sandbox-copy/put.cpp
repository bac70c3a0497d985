#include "put.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "life/tree.hpp"
#include "wire/place.hpp"
#include "wire/tree_sender.hpp"

namespace sandbox::tool {

namespace {

/// A path as those who change it want it.
std::vector<char> writable(const std::string& path) {
  std::vector<char> text(path.begin(), path.end());
  text.push_back('\0');
  return text;
}

struct Source {
  std::vector<char> text;
  wire::Place place;
};

/// All are opened before anything starts: a name that is wrong is no half copy.
Source open_source(const Operand& operand) {
  Source source{writable(operand.path), {}};
  const int error = wire::open_source(source.text.data(), source.place);
  struct stat info {};
  const bool there = error == 0 && (!source.place.name ||
                                    ::fstatat(source.place.directory.get(), source.place.name, &info, AT_SYMLINK_NOFOLLOW) == 0);
  if (!there) {
    if (error != 0) errno = error;
    throw_system_error("cannot read", operand.given, ExitCode::input);
  }
  return source;
}

bool send(wire::TreeSender& sender, const Source& source) {
  const int directory = source.place.directory.get();
  return source.place.name ? sender.send(directory, source.place.name, source.place.name) : sender.send_contents(directory);
}

}  // namespace

life::Copied put(const Reach& reach, const std::vector<Operand>& sources, const Operand& target,
                 const std::optional<std::string>& user, Progress& progress) {
  std::vector<Source> opened;
  for (const Operand& source : sources) opened.push_back(open_source(source));
  life::TreeRequest request{target.path, user, {}};
  if (sources.size() > 1 || !opened.front().place.name) request.options.flags = wire::kInto;
  life::TreePut tree(reach.connect(), request);
  const auto sender = std::make_unique<wire::TreeSender>(tree.pipe(), wire::Pages::copied, wire::TreeOptions{}, progress.onlooker());
  bool good = true;
  for (const Source& source : opened) good = good && send(*sender, source);
  good = good && sender->finish();
  const wire::Failure& failure = sender->failure();
  if (failure.problem == wire::Problem::stopped) stop_if_asked();
  // A pipe that was closed: the other side says why.
  if (!good && failure.problem != wire::Problem::cut_off) throw life::tree_error(failure, life::Side::here);
  return tree.finish();
}

}  // namespace sandbox::tool
