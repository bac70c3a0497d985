#pragma once
// ClientHello: reads the first message of a TLS connection as it trickles in, in whatever
// pieces of records, up to the name that the client wants to speak with. Each byte is looked
// at once.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sandbox::doors {

class ClientHello {
 public:
  static constexpr std::size_t kMost = 32768;  ///< of the message; post-quantum keys are 2 KiB

  enum class State {
    incomplete,
    named,      ///< name() is what it asks for, and nothing is hidden
    nameless,   ///< no server name
    hidden,     ///< a part is encrypted: another name may be meant than name(), which may be empty
    malformed,  ///< not TLS, or not as the standard wants it
  };

  State feed(std::string_view bytes);
  State state() const { return state_; }
  const std::string& name() const { return name_; }

 private:
  void take_message();
  State state_ = State::incomplete;
  std::string header_;        ///< of the record that comes
  std::size_t body_left_ = 0; ///< of the record that is here
  std::string message_;
  std::string name_;
};

}  // namespace sandbox::doors
