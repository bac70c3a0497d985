#include "base/redact.hpp"

#include <algorithm>
#include <array>

namespace sandbox {

Redactor::Redactor(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase_if(secrets_, [](const std::string& secret) { return secret.size() < kShortest; });
  std::sort(secrets_.begin(), secrets_.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string Redactor::feed(std::string_view chunk) {
  if (!active()) return std::string(chunk);
  held_ += chunk;
  return scan(false);
}

std::string Redactor::finish() { return scan(true); }

std::string Redactor::redacted(std::string_view text) const {
  Redactor fresh = *this;
  return fresh.feed(text) + fresh.finish();
}

namespace {

enum class Match { no, whole, maybe };

/// How `text` begins: with the secret, with a part of it that the next chunk may complete.
Match match(std::string_view text, std::string_view secret) {
  const std::size_t size = std::min(text.size(), secret.size());
  if (text.substr(0, size) != secret.substr(0, size)) return Match::no;
  return size == secret.size() ? Match::whole : Match::maybe;
}

}  // namespace

std::string Redactor::scan(bool at_end) {
  std::array<bool, 256> first{};
  for (const std::string& secret : secrets_) first[static_cast<unsigned char>(secret[0])] = true;
  std::string out;
  std::string_view rest = held_;
  while (!rest.empty()) {
    std::size_t plain = 0;
    while (plain < rest.size() && !first[static_cast<unsigned char>(rest[plain])]) ++plain;
    out += rest.substr(0, plain);
    rest.remove_prefix(plain);
    if (rest.empty()) break;
    std::size_t found = 0;
    bool maybe = false;
    for (const std::string& secret : secrets_) {  // longest first: it wins over its own prefix
      const Match how = match(rest, secret);
      if (how == Match::maybe && !at_end) maybe = true;
      if (how == Match::whole && found == 0) found = secret.size();
    }
    if (maybe) break;
    if (found != 0) out += kMark;
    else out += rest[0];
    rest.remove_prefix(std::max<std::size_t>(found, 1));
  }
  held_ = std::string(rest);
  return out;
}

}  // namespace sandbox
