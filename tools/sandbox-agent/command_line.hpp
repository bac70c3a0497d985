#pragma once
// CommandLine: argv and envp as execve() wants them, in one block of memory. The environment
// is built from the bottom up, and what comes later wins: defaults from the account, the
// sandbox's variables, the request's.
#include <cstddef>
#include <string_view>

#include "buffer.hpp"
#include "passwd.hpp"
#include "request.hpp"

namespace sandbox::agent {

inline constexpr std::string_view kDefaultPath =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

class CommandLine {
 public:
  /// False when there is no memory.
  bool build(const Request& sandbox, const Request& request, const Account& account);

  char* const* argv() const { return argv_; }
  char* const* envp() const { return envp_; }

 private:
  char* keep(std::string_view first, std::string_view second = {});
  void set_variable(std::string_view first, std::string_view second = {});
  void add_fields(const Request& request, wire::Tag tag);
  Buffer block_;
  char* next_ = nullptr;
  char** argv_ = nullptr;
  char** envp_ = nullptr;
  std::size_t arguments_ = 0;
  std::size_t variables_ = 0;
};

/// The value of PATH in an environment, or the default.
std::string_view search_path(char* const* envp);

}  // namespace sandbox::agent
