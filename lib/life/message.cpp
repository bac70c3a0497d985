#include "life/message.hpp"

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/passing.hpp"
#include "wire/frame.hpp"

namespace sandbox::life {

namespace {

/// Fills the buffer; false at end of file before the first byte. Takes descriptors along.
bool receive_exactly(const Fd& socket, char* bytes, std::size_t size, std::vector<Fd>& descriptors) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = receive_passing(socket.get(), {bytes + done, size - done}, descriptors);
    if (n < 0 && errno != ECONNRESET) throw_system_error("cannot hear from the other process");
    if (n <= 0) {
      if (done == 0) return false;
      throw Error(ExitCode::failed, "the other process went away in the middle of a message");
    }
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

void send_message(const Fd& socket, const Json& json, std::span<const int> descriptors) {
  const std::string text = record::dump(json);
  const wire::Header head{static_cast<std::uint32_t>(text.size()), wire::Kind::to_supervisor, 0};
  std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
  bytes += text;
  for (std::string_view left = bytes; !left.empty(); descriptors = {}) {
    const ssize_t n = send_passing(socket.get(), left, descriptors);
    if (n < 0) throw_system_error("cannot reach the other process");
    left.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::optional<Message> receive_message(const Fd& socket) {
  Message message;
  wire::Header head;
  if (!receive_exactly(socket, reinterpret_cast<char*>(&head), sizeof head, message.descriptors)) return std::nullopt;
  if (head.kind != wire::Kind::to_supervisor || head.length > kMaxMessage)
    throw Error(ExitCode::failed, "the other process does not speak our language");
  std::string text(head.length, '\0');
  if (!receive_exactly(socket, text.data(), text.size(), message.descriptors) && !text.empty())
    throw Error(ExitCode::failed, "the other process went away in the middle of a message");
  message.json = record::parse(text, "a message");
  return message;
}

}  // namespace sandbox::life
