#include "doors/dns.hpp"

#include <cstdint>

#include "doors/host_name.hpp"

namespace sandbox::doors {

namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kResponse = 0x8000, kOpcode = 0x7800, kAuthoritative = 0x0400;
constexpr std::uint16_t kDesired = 0x0100, kAvailable = 0x0080;
enum Code : std::uint16_t { no_error = 0, format_error = 1, no_such_name = 3, not_implemented = 4, refused = 5 };
enum Type : std::uint16_t { type_a = 1, type_aaaa = 28, type_opt = 41, type_any = 255 };
constexpr std::uint16_t kInternet = 1, kAnyClass = 255;
constexpr std::uint32_t kTtl = 60;
constexpr std::uint16_t kLargest = 1232;  // what we say that we take; we never send as much

/// Reads numbers and names; once past the end, everything is nothing.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t at() const { return at_; }
  bool good() const { return good_; }

  std::uint8_t byte() {
    if (at_ >= bytes_.size()) good_ = false;
    return good_ ? static_cast<std::uint8_t>(bytes_[at_++]) : 0;
  }
  std::uint16_t word() {
    const std::uint16_t high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  void skip(std::size_t count) {
    if (count > bytes_.size() - at_) good_ = false;
    else at_ += count;
  }

  /// The labels with dots between; a pointer in a question could only point at the header, so
  /// none is followed. At most 255 bytes.
  std::string name() {
    std::string name;
    const std::size_t start = at_;
    for (std::uint8_t length = byte(); good_ && length != 0; length = byte()) {
      if (length > 63 || at_ - start + length > 254 || length > bytes_.size() - at_) good_ = false;
      if (!good_) break;
      if (!name.empty()) name += '.';
      name += bytes_.substr(at_, length);
      at_ += length;
    }
    return name;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

void put_word(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8);
  out += static_cast<char>(value & 0xFF);
}

void put_long(std::string& out, std::uint32_t value) {
  put_word(out, static_cast<std::uint16_t>(value >> 16));
  put_word(out, static_cast<std::uint16_t>(value));
}

/// What the additional section says: the one OPT record of EDNS, and nothing else.
struct Edns {
  bool present = false;
  std::uint8_t version = 0;
};

bool read_edns(Cursor& cursor, std::uint16_t records, Edns& edns) {
  for (; records > 0 && cursor.good(); --records) {
    const std::string name = cursor.name();
    const std::uint16_t type = cursor.word();
    cursor.word();  // class: the sender's size of a datagram
    cursor.byte();  // high bits of a code
    const std::uint8_t version = cursor.byte();
    cursor.word();
    cursor.skip(cursor.word());
    if (type != type_opt) continue;
    if (edns.present || !name.empty()) return false;
    edns = {true, version};
  }
  return cursor.good();
}

struct Reply {
  std::uint16_t id, flags;
  std::string_view question;
  Edns edns;

  std::string with(Code code, std::optional<std::uint32_t> address = {}, std::uint8_t extended = 0) const {
    std::string out;
    put_word(out, id);
    put_word(out, static_cast<std::uint16_t>(kResponse | (flags & (kOpcode | kDesired)) | kAuthoritative |
                                             kAvailable | code));
    put_word(out, question.empty() ? 0 : 1);
    put_word(out, address ? 1 : 0);
    put_word(out, 0);
    put_word(out, edns.present ? 1 : 0);
    out += question;
    if (address) {
      put_word(out, 0xC000 | kHeader);  // the name of the question
      put_word(out, type_a);
      put_word(out, kInternet);
      put_long(out, kTtl);
      put_word(out, 4);
      put_long(out, *address);
    }
    if (edns.present) {
      out += '\0';
      put_word(out, type_opt);
      put_word(out, kLargest);
      out += static_cast<char>(extended);
      out.append(3, '\0');  // version 0, no flags
      put_word(out, 0);
    }
    return out;
  }
};

}  // namespace

Answered answer_query(std::string_view query, NameTable& names, const std::function<bool(std::string_view)>& allowed) {
  if (query.size() < kHeader) return {};
  Cursor cursor(query);
  Reply reply{cursor.word(), cursor.word(), {}, {}};
  if (reply.flags & kResponse) return {};  // never answer an answer
  const std::uint16_t questions = cursor.word(), answers = cursor.word(), authorities = cursor.word();
  const std::uint16_t additional = cursor.word();
  if (reply.flags & kOpcode) return {reply.with(not_implemented), {}};
  if (questions != 1 || answers != 0 || authorities != 0) return {reply.with(format_error), {}};
  const std::string asked = cursor.name();
  const std::uint16_t type = cursor.word(), in = cursor.word();
  if (!cursor.good()) return {reply.with(format_error), {}};
  const std::string_view question = query.substr(kHeader, cursor.at() - kHeader);
  if (!read_edns(cursor, additional, reply.edns)) {
    reply.edns = {};
    return {reply.with(format_error), {}};
  }
  reply.question = question;
  if (reply.edns.version != 0) return {reply.with(no_error, {}, 1), {}};  // BADVERS: 16, of which 1 is the high part
  if (in != kInternet && in != kAnyClass) return {reply.with(refused), {}};
  const auto name = host_name(asked);
  if (!name) return {reply.with(no_such_name), {}};
  // Most programs ask for both families: one refusal is enough.
  if (!allowed(*name)) return {reply.with(no_such_name), type == type_aaaa ? std::nullopt : name};
  if (type != type_a && type != type_any) return {reply.with(no_error), {}};
  return {reply.with(no_error, names.address_of(*name)), {}};
}

}  // namespace sandbox::doors
