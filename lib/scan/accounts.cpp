#include "scan/accounts.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

using Fields = std::vector<std::string_view>;

/// Of passwd and shadow alike, the second field is the password: empty lets everybody in, "x" is
/// in the other file, and what begins with * or ! is none.
void check_password(const Fields& fields, int line, std::vector<Doubt>& doubts) {
  if (fields.size() < 2 || fields[0].empty()) return;
  if (fields[1].empty()) doubts.push_back({"empty-password", line, fmt::format("the account '{}' has no password", fields[0])});
  else if (fields[1].starts_with('$') || fields[1].starts_with('_')) doubts.push_back({"password-hash", line, fmt::format("of the account '{}'", fields[0])});
}

void check_id(const Fields& fields, int line, std::vector<Doubt>& doubts) {
  if (fields.size() > 2 && !fields[2].empty() && fields[2].find_first_not_of('0') == fields[2].npos && fields[0] != "root") doubts.push_back({"second-root", line, fmt::format("the account '{}' has the id 0", fields[0])});
}

void check_sudo(std::string_view text, int line, std::vector<Doubt>& doubts) {
  if (!text.starts_with('#') && text.find("NOPASSWD") != text.npos) doubts.push_back({"passwordless-sudo", line, "root without a password"});
}

bool is_sudoers(std::string_view path) { return path == "etc/sudoers" || path.starts_with("etc/sudoers.d/"); }

}  // namespace

bool is_about_accounts(std::string_view path) { return path == "etc/passwd" || path == "etc/shadow" || is_sudoers(path); }

std::vector<Doubt> doubts_about_accounts(std::string_view path, std::string_view text) {
  std::vector<Doubt> doubts;
  int number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (is_sudoers(path)) {
      check_sudo(line, number, doubts);
      continue;
    }
    const Fields fields = split(line, ':');
    check_password(fields, number, doubts);
    if (path == "etc/passwd") check_id(fields, number, doubts);
  }
  return doubts;
}

}  // namespace sandbox::scan
