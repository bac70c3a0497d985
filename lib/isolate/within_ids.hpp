#pragma once
// Within ids: does something as root of a user namespace. What other users of a sandbox left on
// disk belongs to ids that are not its caller's, and that he can read and remove only there.
#include <functional>

#include "isolate/namespaces.hpp"

namespace sandbox::isolate {

/// In a child process, which sees the same files; throws what the work throws there.
void within_ids(const IdMap& ids, const std::function<void()>& work);

}  // namespace sandbox::isolate
