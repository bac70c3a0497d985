#include "image/identity.hpp"

#include "digest/sha256.hpp"
#include "record/fields.hpp"

namespace sandbox::image {

std::string digest_of(const record::Image& image) {
  Json json = {{"name", image.name},
               {"version", record::or_null(image.version)},
               {"description", record::or_null(image.description)},
               {"layers", Json::array()},
               {"defaults", image.defaults},
               {"proof", image.proof}};
  for (const record::Layer& layer : image.layers) json["layers"].push_back(layer.digest);
  if (image.machine) json["machine"] = *image.machine;
  return "sha256:" + digest::sha256_hex(record::dump(json));
}

}  // namespace sandbox::image
