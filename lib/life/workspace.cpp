#include "life/workspace.hpp"

#include <fcntl.h>

#include <memory>

#include "base/error.hpp"
#include "life/tree.hpp"
#include "wire/tree_sender.hpp"

namespace sandbox::life {

WallTime send_workspace(Fd connection, const Path& from) {
  const Fd folder = checked_fd(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "cannot open", from.native());
  TreeRequest request{kWorkspace, "root", {}};
  request.options.flags = wire::kInto | wire::kTimed;
  TreePut tree(std::move(connection), request);
  const auto sender = std::make_unique<wire::TreeSender>(tree.pipe(), wire::Pages::copied);
  const bool sent = sender->send_contents(folder.get()) && sender->finish();
  // A pipe that was closed: the other side says why.
  if (!sent && sender->failure().problem != wire::Problem::cut_off) throw tree_error(sender->failure(), Side::here);
  (void)tree.finish();
  return tree.tick();
}

}  // namespace sandbox::life
