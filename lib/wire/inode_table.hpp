#pragma once
// InodeTable: which files were seen, with an offset into a text of paths. For hard links.
// Freestanding; false when there is no memory.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace sandbox::wire {

class InodeTable {
 public:
  InodeTable() = default;
  InodeTable(const InodeTable&) = delete;
  InodeTable& operator=(const InodeTable&) = delete;
  ~InodeTable() {
    std::free(slots_);
    std::free(text_);
  }

  /// Nothing when it was not seen; else its path.
  const char* find(std::uint64_t device, std::uint64_t inode) const {
    if (count_ == 0) return nullptr;
    const Slot& slot = slots_[place(slots_, capacity_, device, inode)];
    return slot.used ? text_ + slot.path : nullptr;
  }

  bool add(std::uint64_t device, std::uint64_t inode, std::string_view path) {
    if ((count_ + 1) * 2 > capacity_ && !grow()) return false;
    if (!reserve_text(path.size() + 1)) return false;
    Slot& slot = slots_[place(slots_, capacity_, device, inode)];
    if (!slot.used) ++count_;
    slot = {device, inode, text_size_, true};
    if (!path.empty()) std::memcpy(text_ + text_size_, path.data(), path.size());
    text_size_ += path.size();
    text_[text_size_++] = '\0';
    return true;
  }

 private:
  struct Slot {
    std::uint64_t device, inode;
    std::size_t path;
    bool used;
  };

  static std::size_t place(const Slot* slots, std::size_t capacity, std::uint64_t device, std::uint64_t inode) {
    std::size_t at = static_cast<std::size_t>((inode * 0x9E3779B97F4A7C15U ^ device * 0xC2B2AE3D27D4EB4FU) >> 20) % capacity;
    while (slots[at].used && (slots[at].device != device || slots[at].inode != inode)) at = (at + 1) % capacity;
    return at;
  }

  bool grow() {
    const std::size_t capacity = capacity_ == 0 ? 64 : capacity_ * 2;
    Slot* grown = static_cast<Slot*>(std::calloc(capacity, sizeof(Slot)));
    if (!grown) return false;
    for (std::size_t i = 0; i < capacity_; ++i)
      if (slots_[i].used) grown[place(grown, capacity, slots_[i].device, slots_[i].inode)] = slots_[i];
    std::free(slots_);
    slots_ = grown;
    capacity_ = capacity;
    return true;
  }

  bool reserve_text(std::size_t more) {
    if (text_size_ + more <= text_capacity_) return true;
    const std::size_t capacity = (text_size_ + more) * 2;
    char* grown = static_cast<char*>(std::realloc(text_, capacity));
    if (!grown) return false;
    text_ = grown;
    text_capacity_ = capacity;
    return true;
  }

  Slot* slots_ = nullptr;
  std::size_t capacity_ = 0, count_ = 0;
  char* text_ = nullptr;
  std::size_t text_size_ = 0, text_capacity_ = 0;
};

}  // namespace sandbox::wire
