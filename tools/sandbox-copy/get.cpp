#include "get.hpp"

#include <cerrno>
#include <memory>

#include "base/error.hpp"
#include "life/tree.hpp"
#include "wire/place.hpp"
#include "wire/tree_receiver.hpp"

namespace sandbox::tool {

namespace {

bool names_contents(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == path.npos) return true;  // the root
  const std::string last = path.substr(0, end + 1).substr(path.substr(0, end + 1).rfind('/') + 1);
  return last == "." || last == "..";
}

struct Destination {
  std::vector<char> text;
  wire::Place place;
};

Destination open_destination(const Operand& target, bool into) {
  Destination destination{{target.path.begin(), target.path.end()}, {}};
  destination.text.push_back('\0');
  if (const int error = wire::open_destination(destination.text.data(), into, wire::Missing::is_error, destination.place)) {
    errno = error;
    throw_system_error("cannot write", target.given, ExitCode::input);
  }
  return destination;
}

[[noreturn]] void throw_failure(life::TreeGet& tree, const wire::TreeReceiver& receiver) {
  const wire::Failure& failure = receiver.failure();
  if (failure.problem == wire::Problem::stopped) stop_if_asked();
  if (receiver.failed_there()) throw life::tree_error(failure, life::Side::inside);
  if (failure.problem == wire::Problem::cut_off) tree.explain_end();
  throw life::tree_error(failure, life::Side::here);
}

}  // namespace

life::Copied get(const Reach& reach, const std::vector<Operand>& sources, const Operand& target, const GetOptions& options,
                 Progress& progress) {
  bool into = sources.size() > 1;
  for (const Operand& source : sources) into = into || names_contents(source.path);
  const Destination destination = open_destination(target, into);
  life::Copied copied;
  for (const Operand& source : sources) {
    life::TreeGet tree(reach.connect(), {source.path, options.user, {}});
    wire::ReceiverOptions how{.as = destination.place.name, .onlooker = progress.onlooker()};
    if (options.limit) how.limit = *options.limit - copied.bytes;
    const auto receiver = std::make_unique<wire::TreeReceiver>(tree.pipe(), destination.place.directory.get(), how);
    if (!receiver->receive()) throw_failure(tree, *receiver);
    copied.files += receiver->files();
    copied.bytes += receiver->bytes();
  }
  return copied;
}

}  // namespace sandbox::tool
