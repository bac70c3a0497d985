#include "tree_transfer.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "make.hpp"
#include "tick.hpp"
#include "transfer.hpp"
#include "wire/place.hpp"
#include "wire/tree_receiver.hpp"
#include "wire/tree_sender.hpp"

namespace sandbox::agent {

namespace {

/// The status of a process has room for 255; errors have smaller numbers.
int status_of(const wire::Failure& failure) { return failure.error > 0 && failure.error < 256 ? failure.error : EIO; }

int report(const wire::TreeReceiver& receiver, bool is_timed) {
  auto* out = make<wire::ItemWriter>(1, wire::Pages::copied);
  if (!out) return ENOMEM;
  const wire::Failure& failure = receiver.failure();
  timespec tick{};
  if (is_timed && !failure)
    if (const int error = next_tick(tick)) return error;
  const int error = failure ? out->put(failure.header(), {}, failure.path.view())
                            : out->put({.item = wire::Item::finish,
                                        .nanoseconds = static_cast<std::uint32_t>(tick.tv_nsec),
                                        .seconds = tick.tv_sec,
                                        .size = receiver.bytes(),
                                        .offset = receiver.files()});
  if (error == 0) (void)out->flush();
  return failure ? status_of(failure) : 0;
}

}  // namespace

int receive_tree(const void* context) {
  const Transfer& transfer = *static_cast<const Transfer*>(context);
  wire::Place place;
  if (const int error = wire::open_destination(transfer.path, (transfer.tree.flags & wire::kInto) != 0,
                                               wire::Missing::is_made, place))
    return error;
  const wire::ReceiverOptions options{.as = place.name, .may_remove = (transfer.tree.flags & wire::kMayRemove) != 0};
  auto* receiver = make<wire::TreeReceiver>(0, place.directory.get(), options);
  if (!receiver) return ENOMEM;
  (void)receiver->receive();
  return report(*receiver, (transfer.tree.flags & wire::kTimed) != 0);
}

int send_tree(const void* context) {
  const Transfer& transfer = *static_cast<const Transfer*>(context);
  wire::Place place;
  if (const int error = wire::open_source(transfer.path, place)) return error;
  auto* sender = make<wire::TreeSender>(1, wire::Pages::lent, transfer.tree);
  if (!sender) return ENOMEM;
  if (place.name) (void)sender->send(place.directory.get(), place.name, place.name);
  else (void)sender->send_contents(place.directory.get());
  (void)sender->finish();
  return 0;
}

}  // namespace sandbox::agent
