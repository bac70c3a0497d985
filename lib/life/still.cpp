#include "life/still.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "life/ask.hpp"
#include "record/fields.hpp"

namespace sandbox::life {

Still Still::begin(const store::Store& store, std::string_view id) {
  Still still(std::string(id), connect_to(store, id));
  auto answer = put_question(still.connection_, {{"ask", "snapshot"}});
  if (!answer) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not answer", id));
  throw_if_failure(answer->json);
  if (answer->descriptors.size() != 2) throw Error(ExitCode::failed, fmt::format("the supervisor of '{}' does not give its files", id));
  still.stillness_ = answer->json.get<Stillness>();
  still.upper_ = std::move(answer->descriptors[0]);
  still.users_ = std::move(answer->descriptors[1]);
  return still;
}

void Still::end() && {
  const auto answer = put_question(connection_, {{"ask", "copied"}});
  connection_.close();
  if (!answer) throw Error(ExitCode::failed, fmt::format("the sandbox '{}' ended while its files were copied", id_), "sandbox-list --state ended shows how");
}

}  // namespace sandbox::life
