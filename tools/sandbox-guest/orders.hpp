#pragma once
// Orders: the frame that wakes the machine, read from its port. It comes from the host, which may
// do with us what it likes: it is checked for mistakes, not for malice.
#include <string_view>

#include "fault.hpp"
#include "wire/frame.hpp"
#include "wire/wake.hpp"

namespace sandbox::guest {

class Orders {
 public:
  /// Waits for the frame.
  Fault receive(int port);

  const wire::Wake& wake() const { return wake_; }

  /// Calls visit(path, text, where) for each file that is to show inside, until one fails.
  template <class Visit>
  Fault each_file(Visit visit) const {
    wire::FieldReader fields({frame_, size_});
    for (wire::Field field; fields.next(field);) {
      if (field.tag != wire::Tag::file) continue;
      const std::size_t end = field.value.find('\0', 1);
      if (end == std::string_view::npos) return {"a file to show has no name", EINVAL};
      const char* path = field.value.data() + 1;
      const auto where = static_cast<wire::FilePlace>(field.value[0]);
      field.value.remove_prefix(end + 1);
      if (const Fault failed = visit(path, field.value, where)) return failed;
    }
    return {};
  }

 private:
  char frame_[wire::kMaxWake];  // in the program's zeroed memory: there is one
  std::size_t size_ = 0;
  wire::Wake wake_{};
};

}  // namespace sandbox::guest
