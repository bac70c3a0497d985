#pragma once
// Certificates: those that the host trusts, for programs inside that speak with the host's
// mirrors. They are public; keys never come along.
#include <array>
#include <string>
#include <vector>

#include "base/file.hpp"

namespace sandbox::doors {

/// Where images of the usual distributions keep their bundle.
inline constexpr std::array kBundlePaths = {"/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem",
                                            "/etc/pki/tls/certs/ca-bundle.crt"};

/// What programs with a bundle of their own look at.
inline constexpr std::array kBundleVariables = {"SSL_CERT_FILE",   "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "PIP_CERT",
                                                "CURL_CA_BUNDLE",  "GIT_SSL_CAINFO",      "CARGO_HTTP_CAINFO"};

/// The host's bundle, with the certificates of these files and of the caller's own variables
/// behind it; only certificates, whatever else the files hold. Empty where there is none.
std::string certificate_bundle(const std::vector<Path>& more);

/// The PEM certificates of a text, and nothing else of it.
std::string only_certificates(std::string_view text);

}  // namespace sandbox::doors
