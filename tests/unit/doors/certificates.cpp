#include "doors/certificates.hpp"

#include "catch.hpp"

using namespace sandbox::doors;

TEST_CASE("certificates come along, keys never") {
  const std::string one = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";
  const std::string key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
  CHECK(only_certificates("# text\n" + one + key + one) == one + one);
  CHECK(only_certificates(key).empty());
  CHECK(only_certificates("-----BEGIN CERTIFICATE-----\ncut").empty());
}
