#pragma once
// Two images of one name in a store of their own.
#include <string>

#include "place.hpp"
#include "store/images.hpp"

namespace sandbox::test {

inline std::string digest_of(char digit) { return "sha256:" + std::string(64, digit); }

inline record::Image image_of(char digit, const std::string& name, const std::string& created) {
  record::Image image;
  image.name = name;
  image.digest = digest_of(digit);
  image.created = created;
  return image;
}

struct Images {
  Place place;
  store::Store store = store::Store::open();

  Images() {
    store::publish_image(store, image_of('a', "busybox", "2026-11-20T12:00:00.000Z"));
    store::publish_image(store, image_of('b', "busybox", "2026-11-20T13:00:00.000Z"));
  }
  std::string found(std::string_view reference) const {
    const auto image = store::find_image_if_any(store, reference);
    return image ? image->digest : "";
  }
};

}  // namespace sandbox::test
