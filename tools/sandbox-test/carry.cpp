#include "carry.hpp"

#include <fcntl.h>

#include <memory>

#include "base/error.hpp"
#include "cli/interrupt.hpp"
#include "life/tree.hpp"
#include "wire/tree_receiver.hpp"
#include "wire/tree_sender.hpp"

namespace sandbox::tool {

namespace {

Fd open_folder(const Path& folder) {
  return checked_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot read", folder.native());
}

}  // namespace

void carry_in(const Place& place, const Path& from, const std::string& to, const std::optional<std::string>& user) {
  const Fd folder = open_folder(from);
  life::TreeRequest request{to, user, {}};
  request.options.flags = wire::kInto;
  life::TreePut tree(place.connect(), request);
  const auto sender = std::make_unique<wire::TreeSender>(tree.pipe(), wire::Pages::copied, wire::TreeOptions{}, life::interruption());
  const bool good = sender->send_contents(folder.get()) && sender->finish();
  const wire::Failure& failure = sender->failure();
  if (failure.problem == wire::Problem::stopped) cli::stop_if_interrupted();
  // A pipe that was closed: the other side says why.
  if (!good && failure.problem != wire::Problem::cut_off) throw life::tree_error(failure, life::Side::here);
  place.log().append(audit::copied(place.id(), audit::Direction::in, to, tree.finish().bytes));
}

bool carry_out(const Place& place, const std::string& from, const Path& to, std::uint64_t limit) {
  const Fd folder = open_folder(to);
  life::TreeGet tree(place.connect(), {from + "/.", std::nullopt, {}});
  wire::ReceiverOptions how{.limit = limit, .onlooker = life::interruption()};
  const auto receiver = std::make_unique<wire::TreeReceiver>(tree.pipe(), folder.get(), how);
  const bool good = receiver->receive();
  const wire::Failure& failure = receiver->failure();
  if (!good && failure.problem == wire::Problem::stopped) cli::stop_if_interrupted();
  // Whatever hostile code left there is its matter, and the reader's to notice; our disk is not.
  if (!good && !receiver->failed_there() && failure.problem == wire::Problem::write) throw life::tree_error(failure, life::Side::here);
  place.log().append(audit::copied(place.id(), audit::Direction::out, from, receiver->bytes()));
  return good;
}

}  // namespace sandbox::tool
