#include "doors/certificates.hpp"

#include <algorithm>
#include <cstdlib>

namespace sandbox::doors {

namespace {

constexpr std::size_t kMaxFile = 4 << 20;

std::string read_certificates(const Path& file) {
  return only_certificates(read_file_if_exists(file, kMaxFile).value_or(""));
}

std::string host_bundle() {
  for (const char* path : kBundlePaths)
    if (std::string text = read_certificates(path); !text.empty()) return text;
  return {};
}

}  // namespace

std::string only_certificates(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  std::string out;
  for (std::size_t at = 0; (at = text.find(kBegin, at)) != text.npos;) {
    const std::size_t end = text.find(kEnd, at);
    if (end == text.npos) break;
    out += text.substr(at, end + kEnd.size() - at);
    out += '\n';
    at = end;
  }
  return out;
}

std::string certificate_bundle(const std::vector<Path>& more) {
  std::vector<Path> files = more;
  for (const char* name : {"SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"})
    if (const char* value = std::getenv(name); value && *value) files.emplace_back(value);
  std::string bundle = host_bundle();
  for (const Path& file : files) {
    if (std::ranges::find(kBundlePaths, file.native()) != kBundlePaths.end()) continue;
    if (const std::string text = read_certificates(file); bundle.find(text) == bundle.npos) bundle += text;
  }
  return bundle;
}

}  // namespace sandbox::doors
