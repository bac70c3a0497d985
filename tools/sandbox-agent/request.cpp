#include "request.hpp"

namespace sandbox::agent {

using wire::Field;
using wire::Kind;
using wire::Tag;

namespace {

constexpr std::uint32_t bit(Tag tag) { return 1U << static_cast<unsigned>(tag); }

template <class... Tags>
constexpr std::uint32_t bits(Tags... tags) {
  return (0U | ... | bit(tags));
}

struct Shape {
  std::uint32_t allowed;
  std::uint32_t required;
};

/// What each frame may and must hold; false for frames that are no requests.
bool shape_of(Kind kind, Shape& shape) {
  switch (kind) {
    case Kind::setup:
      shape = {bits(Tag::environment, Tag::directory, Tag::user), 0};
      return true;
    case Kind::execute:
      shape = {bits(Tag::argument, Tag::environment, Tag::directory, Tag::user, Tag::input,
                    Tag::terminal, Tag::timeout_ms, Tag::grace_ms, Tag::detach),
               bits(Tag::argument)};
      return true;
    case Kind::serve:
      shape = {bits(Tag::argument), bits(Tag::argument)};
      return true;
    case Kind::put:  // without fields it is the second one, which commits
      shape = {bits(Tag::path, Tag::mode, Tag::user), 0};
      return true;
    case Kind::get:
      shape = {bits(Tag::path, Tag::user), bits(Tag::path)};
      return true;
    case Kind::put_tree:
    case Kind::get_tree:
      shape = {bits(Tag::path, Tag::user, Tag::tree), bits(Tag::path, Tag::tree)};
      return true;
    case Kind::probe:
      shape = {bits(Tag::port, Tag::path), bits(Tag::port)};
      return true;
    case Kind::attach:
      shape = {bits(Tag::pid), bits(Tag::pid)};
      return true;
    case Kind::list:
    case Kind::cancel:
      shape = {0, 0};
      return true;
    case Kind::signal:
      shape = {bits(Tag::number, Tag::pid), bits(Tag::number)};
      return true;
    case Kind::resize:
      shape = {bits(Tag::terminal), bits(Tag::terminal)};
      return true;
    default:
      return false;
  }
}

bool repeats(Tag tag) { return tag == Tag::argument || tag == Tag::environment; }

bool is_text(std::string_view value) {
  return std::memchr(value.data(), '\0', value.size()) == nullptr;
}

bool take_text(std::string_view value, std::string_view& out) {
  out = value;
  return !value.empty() && is_text(value);
}

bool take_number(const Field& field, std::uint64_t least, std::uint64_t most, std::uint64_t& out) {
  return field.as(out) && out >= least && out <= most;
}

bool is_variable(std::string_view value) {
  const std::size_t equals = value.find('=');
  return is_text(value) && equals != std::string_view::npos && equals != 0;
}

bool take(const Field& field, Request& out) {
  switch (field.tag) {
    case Tag::argument:
      return ++out.arguments <= kMaxArguments && is_text(field.value);
    case Tag::environment:
      return ++out.variables <= kMaxVariables && is_variable(field.value);
    case Tag::directory:
      return take_text(field.value, out.directory);
    case Tag::user:
      return take_text(field.value, out.user);
    case Tag::path:
      return take_text(field.value, out.path);
    case Tag::input:
      out.input = true;
      return field.value.empty();
    case Tag::detach:
      out.detach = true;
      return field.value.empty();
    case Tag::terminal:
      out.has_terminal = true;
      return field.as(out.terminal);
    case Tag::timeout_ms:
      return take_number(field, 1, kMaxMilliseconds, out.timeout_ms);
    case Tag::grace_ms:
      return take_number(field, 0, kMaxMilliseconds, out.grace_ms);
    case Tag::mode:
      return take_number(field, 0, 07777, out.mode);
    case Tag::number:
      return take_number(field, 1, 64, out.number);
    case Tag::pid:
      out.has_pid = true;
      return take_number(field, 1, 0x7FFFFFFF, out.pid);
    case Tag::port:
      return take_number(field, 1, 65535, out.port);
    case Tag::tree:
      return field.as(out.tree) && out.tree.zero == 0;
    case Tag::own:  // stands beside a descriptor, never in a client's request
    case Tag::wake:
    case Tag::file:
    case Tag::frame:
    case Tag::sleep:  // a machine's, not a sandbox's
      return false;
  }
  return false;
}

}  // namespace

bool parse_request(Kind kind, std::string_view payload, Request& out) {
  out = {};
  out.fields = payload;
  Shape shape{};
  if (!shape_of(kind, shape)) return false;
  std::uint32_t seen = 0;
  wire::FieldReader reader(payload);
  for (Field field{}; reader.next(field);) {
    if (static_cast<unsigned>(field.tag) >= 32) return false;
    if ((shape.allowed & bit(field.tag)) == 0) return false;
    if ((seen & bit(field.tag)) != 0 && !repeats(field.tag)) return false;
    seen |= bit(field.tag);
    if (!take(field, out)) return false;
  }
  if (out.detach && (out.input || out.has_terminal)) return false;
  return !reader.malformed() && (seen & shape.required) == shape.required;
}

}  // namespace sandbox::agent
