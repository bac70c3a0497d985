#include "scan/script.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/text.hpp"

namespace sandbox::scan {

namespace {

constexpr std::size_t kMaxLine = 16 << 10, kMaxQuote = 120;

RE2::Options quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// One of several patterns, each of which is enough; `unless` takes a line out again.
struct Check {
  std::string_view rule;
  const char* says;
  std::string pattern;
  const char* unless = nullptr;
};

const std::string kInterpreter = R"re((?:\S*/)?(?:(?:ba|da|z|k|a)?sh|python[0-9.]*|perl|node|ruby)(?:\s|$|[;&|)"']))re";
const std::string kOff =
    R"(--no-check-certificate|--allow-unauthenticated|--force-yes|--allow-insecure-repositories|\btrusted=yes|--trusted-host|)"
    R"(\bstrict-ssl[= ]+false|\bsslVerify[= ]+(?:false|0)|\bGIT_SSL_NO_VERIFY=["']?(?:1|true)|\bNODE_TLS_REJECT_UNAUTHORIZED=["']?0|)"
    R"(--nogpgcheck|\bStrictHostKeyChecking[= ]+no\b|\bPYTHONHTTPSVERIFY=["']?0|\bnpm_config_strict_ssl=["']?false)";

const std::vector<Check>& checks() {
  static const std::vector<Check> all = {
      {"pipe-to-shell", "what a server sends is run unseen",
       R"(\b(?:curl|wget)\b[^;]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?)" + kInterpreter +
           R"(|(?:^|[\s;&|/])(?:(?:ba|da|z|k)?sh|eval|source|\.|python[0-9.]*|perl)\s[^;]*(?:\$\(|`|<\()\s*(?:curl|wget)\b)"},
      {"no-verification", "a check is turned off", kOff + R"(|\bcurl\b[^|;]*\s(?:--insecure\b|-[a-zA-Z]*k[a-zA-Z]*(?:\s|$)))"},
      {"unlocked-install", "installs what no lock holds",
       R"(\b(?:pip[0-9.]*|python[0-9.]*\s+-m\s+pip)\s+(?:-\S+\s+)*install\b|\bnpm\s+(?:-\S+\s+)*(?:install|i|add)\b|\b(?:apt|apt-get|aptitude)\s+(?:-\S+\s+)*install\b|)"
       R"(\b(?:cargo|gem)\s+install\b|\bgo\s+install\s+\S+@latest\b)",
       R"(--require-hashes|--locked|--no-index|--dry-run)"},
      {"world-writable", "everybody may change it",
       R"(\bchmod\s+(?:-\S+\s+)*(?:[0246]?[0-7][0-7][2367]|[ug]*[oa][ugoa]*[+=][rxXst]*w[rxXst]*)\s)"},
      {"set-id", "rights of its owner for whoever runs it", R"(\bchmod\s+(?:-\S+\s+)*(?:0?[2-7][0-7]{3}|[ug]+[+=][rwxX]*s[rwxX]*)\s|\bsetcap\s)"},
      {"passwordless-sudo", "root for anybody inside", R"(\bNOPASSWD\b)"},
  };
  return all;
}

struct Ready {
  const Check* check;
  std::unique_ptr<RE2> pattern, unless;
};

const std::vector<Ready>& ready() {
  static const std::vector<Ready> all = [] {
    std::vector<Ready> made;
    for (const Check& check : checks())
      made.push_back({&check, std::make_unique<RE2>(check.pattern, quiet()), check.unless ? std::make_unique<RE2>(check.unless, quiet()) : nullptr});
    return made;
  }();
  return all;
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return std::string(text.substr(0, text.find_last_not_of(" \t\r") + 1));
}

std::string quoted(std::string_view says, const std::string& line) {
  return fmt::format("{}: {}", says, line.size() > kMaxQuote ? line.substr(0, kMaxQuote) + "..." : line);
}

bool is_download(std::string_view line) {
  static const RE2 nowhere(R"(\bhttps?://(?:localhost|127\.|\[::1\])|\s/dev/null\b)", quiet());
  static const RE2 expression(R"(\bcurl\b[^|;]*\s(?:-[a-zA-Z]*[oO][a-zA-Z]*|--output|--remote-name|>)|\bcurl\b[^;]*\|\s*tar\b|\bwget\b[^|;]*\b(?:https?|ftp)://)", quiet());
  return RE2::PartialMatch(piece(line), expression) && !RE2::PartialMatch(piece(line), nowhere);
}

bool is_comparison(std::string_view line) {
  static const RE2 expression(R"(\b(?:sha(?:1|224|256|384|512)sum|shasum|b2sum|gpgv?|minisign|signify|cosign|openssl\s+dgst)\b)", quiet());
  return RE2::PartialMatch(piece(line), expression);
}

/// The first host that is spoken to without TLS and is not this one.
bool is_plain_http(std::string_view line) {
  static const RE2 fetches(R"(\b(?:curl|wget|git\s+clone|pip[0-9.]*\s+install|npm\s+install|deb)\b)", quiet());
  static const RE2 address(R"(\bhttp://([^/\s:"']+))", quiet());
  if (!RE2::PartialMatch(piece(line), fetches)) return false;
  re2::StringPiece rest = piece(line), host;
  while (RE2::FindAndConsume(&rest, address, &host))
    if (const std::string name(host.data(), host.size()); name != "localhost" && !name.starts_with("127.") && !name.starts_with("[")) return true;
  return false;
}

void check_line(const ScriptLine& line, std::vector<Doubt>& doubts) {
  for (const Ready& one : ready()) {
    if (!RE2::PartialMatch(piece(line.text), *one.pattern) || (one.unless && RE2::PartialMatch(piece(line.text), *one.unless))) continue;
    doubts.push_back({one.check->rule, line.number, quoted(one.check->says, line.text)});
  }
  if (is_plain_http(line.text)) doubts.push_back({"plain-http", line.number, quoted("can be changed on its way", line.text)});
}

}  // namespace

std::vector<ScriptLine> script_lines(std::string_view text, int first) {
  std::vector<ScriptLine> lines;
  bool goes_on = false;
  int number = first;
  for (const std::string_view raw : split(text, '\n')) {
    std::string line = trimmed(raw.substr(0, kMaxLine));
    const bool continues = line.ends_with('\\');
    if (continues) line.pop_back();
    const bool begins = !goes_on && !line.empty() && line[0] != '#';
    if (begins) lines.push_back({number, line});
    else if (goes_on && lines.back().text.size() < kMaxLine) lines.back().text += line;
    goes_on = continues && (begins || goes_on);
    ++number;
  }
  return lines;
}

std::vector<Doubt> doubts_about(const std::vector<ScriptLine>& script) {
  std::vector<Doubt> doubts;
  for (const ScriptLine& line : script) check_line(line, doubts);
  if (std::ranges::any_of(script, is_comparison, &ScriptLine::text)) return doubts;
  for (const ScriptLine& line : script)
    if (is_download(line.text)) doubts.push_back({"unchecked-download", line.number, quoted("compared with nothing", line.text)});
  return doubts;
}

bool turns_a_check_off(std::string_view assignment) {
  static const RE2 expression(kOff, quiet());
  return RE2::PartialMatch(piece(assignment), expression);
}

bool is_script(std::string_view name, std::string_view text) {
  static const RE2 first_line(R"(^#!\s*\S*/(?:env\s+)?(?:ba|da|z|k|a)?sh\b)", quiet());
  return name.ends_with(".sh") || RE2::PartialMatch(piece(text.substr(0, 200)), first_line);
}

}  // namespace sandbox::scan
