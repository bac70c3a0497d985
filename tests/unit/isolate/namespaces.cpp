#include "isolate/namespaces.hpp"

#include <unistd.h>

#include "catch.hpp"

using namespace sandbox::isolate;

TEST_CASE("places of root have ids that do not overlap, a user has his own") {
  const IdMap first = id_map_for(0);
  const IdMap second = id_map_for(1);
  if (::geteuid() == 0) {
    CHECK(first.base == kFirstId);
    CHECK(second.base == first.base + first.count);
    CHECK_FALSE(first.single());
  } else {
    CHECK(first.base == ::geteuid());
    CHECK(first.single());
  }
}
