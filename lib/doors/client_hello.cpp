#include "doors/client_hello.hpp"

#include <algorithm>

#include "doors/host_name.hpp"

namespace sandbox::doors {

namespace {

constexpr std::size_t kRecordHeader = 5, kMessageHeader = 4, kLargestRecord = 16384;
constexpr char kHandshake = 22, kClientHello = 1;
constexpr std::uint16_t kServerName = 0, kEncryptedHello = 0xFE0D;

std::size_t number(std::string_view bytes) {
  std::size_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

/// Cuts fields off the front; nothing when one is longer than what there is.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  std::optional<std::string_view> take(std::size_t count) {
    if (count > bytes_.size()) return std::nullopt;
    const std::string_view field = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return field;
  }
  /// A field with its length in front, in so many bytes.
  std::optional<std::string_view> sized(std::size_t length_bytes) {
    const auto length = take(length_bytes);
    return length ? take(number(*length)) : std::nullopt;
  }

 private:
  std::string_view bytes_;
};

/// The one name of the extension, RFC 6066: a list of exactly one entry of type 0.
std::optional<std::string> server_name(std::string_view extension) {
  Fields outer(extension);
  const auto list = outer.sized(2);
  if (!list || !outer.empty()) return std::nullopt;
  Fields entries(*list);
  const auto type = entries.take(1);
  const auto name = entries.sized(2);
  if (!type || type->front() != 0 || !name || !entries.empty() || name->ends_with('.')) return std::nullopt;
  return host_name(*name);
}

struct Hello {
  ClientHello::State state = ClientHello::State::malformed;
  std::string name;
};

Hello read_extensions(std::string_view bytes) {
  Hello hello{ClientHello::State::nameless, {}};
  bool hidden = false;
  for (Fields extensions(bytes); !extensions.empty();) {
    const auto type = extensions.take(2);
    const auto body = extensions.sized(2);
    if (!type || !body) return {};
    if (number(*type) == kEncryptedHello) hidden = true;
    if (number(*type) != kServerName) continue;
    const auto name = server_name(*body);
    if (!name || hello.state == ClientHello::State::named) return {};  // bad, or twice
    hello = {ClientHello::State::named, *name};
  }
  if (hidden) hello.state = ClientHello::State::hidden;
  return hello;
}

Hello read_hello(std::string_view body) {
  Fields fields(body);
  if (!fields.take(2) || !fields.take(32) || !fields.sized(1) || !fields.sized(2) || !fields.sized(1)) return {};
  if (fields.empty()) return {ClientHello::State::nameless, {}};  // TLS before it had extensions
  const auto extensions = fields.sized(2);
  return extensions && fields.empty() ? read_extensions(*extensions) : Hello{};
}

}  // namespace

ClientHello::State ClientHello::feed(std::string_view bytes) {
  while (!bytes.empty() && state_ == State::incomplete) {
    if (body_left_ == 0) {
      header_ += bytes.front();
      bytes.remove_prefix(1);
      if (header_[0] != kHandshake || (header_.size() > 1 && header_[1] != 3)) state_ = State::malformed;
      if (header_.size() < kRecordHeader) continue;
      body_left_ = number(std::string_view(header_).substr(3));
      header_.clear();
      if (body_left_ == 0 || body_left_ > kLargestRecord) state_ = State::malformed;
      continue;
    }
    const std::size_t count = std::min(body_left_, bytes.size());
    message_ += bytes.substr(0, count);
    bytes.remove_prefix(count);
    body_left_ -= count;
    take_message();
  }
  return state_;
}

void ClientHello::take_message() {
  if (message_[0] != kClientHello) {
    state_ = State::malformed;
    return;
  }
  if (message_.size() < kMessageHeader) return;
  const std::size_t length = number(std::string_view(message_).substr(1, 3));
  // Bytes behind it in the same record would belong to a second message: none is due yet.
  if (length > kMost || message_.size() + body_left_ > kMessageHeader + length) state_ = State::malformed;
  if (state_ == State::malformed || message_.size() < kMessageHeader + length) return;
  Hello hello = read_hello(std::string_view(message_).substr(kMessageHeader));
  state_ = hello.state;
  name_ = std::move(hello.name);
}

}  // namespace sandbox::doors
