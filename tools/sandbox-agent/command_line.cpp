#include "command_line.hpp"

namespace sandbox::agent {

namespace {

constexpr std::size_t kDefaults = 4;  // PATH, HOME, USER, TERM

std::string_view name_of(std::string_view variable) {
  return {variable.data(), variable.find('=') + 1};  // with the '=', so that A is not AB
}

}  // namespace

bool CommandLine::build(const Request& sandbox, const Request& request, const Account& account) {
  const std::size_t variables = kDefaults + sandbox.variables + request.variables;
  const std::size_t pointers = (request.arguments + 1 + variables + 1) * sizeof(char*);
  // Each field's bytes and a NUL fit where its 8-byte prefix was.
  const std::size_t text = sandbox.fields.size() + request.fields.size() + kDefaultPath.size() +
                           sizeof account.home + sizeof account.name + 64;
  if (!block_.reserve(pointers + text)) return false;
  argv_ = reinterpret_cast<char**>(block_.data());
  envp_ = argv_ + request.arguments + 1;
  next_ = block_.data() + pointers;
  add_fields(request, wire::Tag::argument);
  argv_[arguments_] = nullptr;
  set_variable(kDefaultPath);
  set_variable("HOME=", account.home);
  set_variable("USER=", account.name);
  if (request.has_terminal) set_variable("TERM=xterm-256color");
  add_fields(sandbox, wire::Tag::environment);
  add_fields(request, wire::Tag::environment);
  envp_[variables_] = nullptr;
  return true;
}

void CommandLine::add_fields(const Request& request, wire::Tag tag) {
  wire::FieldReader reader(request.fields);
  for (wire::Field field{}; reader.next(field);) {
    if (field.tag != tag) continue;
    if (tag == wire::Tag::argument)
      argv_[arguments_++] = keep(field.value);
    else
      set_variable(field.value);
  }
}

char* CommandLine::keep(std::string_view first, std::string_view second) {
  char* kept = next_;
  for (const std::string_view part : {first, second}) {
    if (!part.empty()) std::memcpy(next_, part.data(), part.size());
    next_ += part.size();
  }
  *next_++ = '\0';
  return kept;
}

void CommandLine::set_variable(std::string_view first, std::string_view second) {
  const std::string_view name = name_of(first);
  std::size_t place = 0;
  while (place < variables_ && !std::string_view(envp_[place]).starts_with(name)) ++place;
  envp_[place] = keep(first, second);
  if (place == variables_) ++variables_;
}

std::string_view search_path(char* const* envp) {
  constexpr std::string_view kName = "PATH=";
  for (; *envp; ++envp) {
    const std::string_view variable(*envp);
    if (variable.starts_with(kName)) return {variable.data() + kName.size(), variable.size() - kName.size()};
  }
  return {kDefaultPath.data() + kName.size(), kDefaultPath.size() - kName.size()};
}

}  // namespace sandbox::agent
