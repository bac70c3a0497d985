#include "life/still.hpp"

#include <fmt/format.h>
#include <poll.h>

#include "life/ask.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

Still Still::begin(const store::Store& store, std::string_view id) {
  Still still(std::string(id), connect_to(store, id));
  auto answer = put_question(still.connection_, {{"ask", "snapshot"}});
  if (!answer) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not answer", id));
  throw_if_failure(answer->json);
  still.stillness_ = answer->json.get<Stillness>();
  std::vector<Fd>& came = answer->descriptors;
  const auto& machine = still.stillness_.machine;
  if (machine ? came.size() != 4 && came.size() != 6 : came.size() != 2) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not give its files", id));
  if (machine) {
    still.running_ = {std::move(came[0]), std::move(came[1]), std::move(came[2]), std::move(came[3]), machine->address, {}, {}};
    if (came.size() == 6) {
      still.running_.below = std::move(came[4]);
      still.running_.pages = std::move(came[5]);
    }
    return still;
  }
  still.upper_ = std::move(came[0]);
  still.users_ = std::move(came[1]);
  return still;
}

Error Still::ended() const {
  return Error(ExitCode::failed, fmt::format("the sandbox '{}' ended while its files were copied", id_), "sandbox-list --state ended shows how");
}

void Still::throw_if_ended() const {
  pollfd hung_up{connection_.get(), POLLRDHUP, 0};
  if (::poll(&hung_up, 1, 0) > 0) throw ended();
}

void Still::end() {
  const auto answer = put_question(connection_, {{"ask", "copied"}});
  connection_.close();
  stood_ms_ = watch_.elapsed_ms();
  if (!answer) throw ended();
}

}  // namespace sandbox::life
