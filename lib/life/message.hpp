#pragma once
// Message: one JSON object with its length in front and perhaps descriptors beside it, between
// launcher, supervisor and those who ask the supervisor something.
#include <optional>
#include <span>
#include <vector>

#include "base/fd.hpp"
#include "record/json.hpp"

namespace sandbox::life {

inline constexpr std::size_t kMaxMessage = 8 << 20;

struct Message {
  Json json;
  std::vector<Fd> descriptors;
};

void send_message(const Fd& socket, const Json& json, std::span<const int> descriptors = {});

/// Blocks. Nothing when the other side closed before the first byte.
std::optional<Message> receive_message(const Fd& socket);

}  // namespace sandbox::life
