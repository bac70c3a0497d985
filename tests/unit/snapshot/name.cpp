#include "name.hpp"

#include "catch.hpp"
#include "store/images.hpp"

using namespace sandbox;

TEST_CASE("a snapshot is called after its image, and one of a snapshot the same") {
  CHECK(tool::snapshot_name("python-3.11") == "python-3.11-snapshot");
  CHECK(tool::snapshot_name("python-3.11-snapshot") == "python-3.11-snapshot");
}

TEST_CASE("the longest name of an image leaves room") {
  const std::string name = tool::snapshot_name(std::string(100, 'a'));
  CHECK(store::is_name(name));
  CHECK(name.ends_with("a-snapshot"));
}
