// sandbox.image/1: what was built.
#include <fmt/format.h>

#include <numeric>

#include "base/quantity.hpp"
#include "forge/markdown.hpp"
#include "record/image.hpp"
#include "section.hpp"

namespace sandbox::tool {

Sections tell_image(const Json& record, const Setting&) {
  const auto image = record.get<record::Image>();
  const auto bytes = std::accumulate(image.layers.begin(), image.layers.end(), std::uint64_t{0},
                                     [](std::uint64_t sum, const record::Layer& layer) { return sum + layer.bytes; });
  const std::string size = fmt::format("{} in {} {}", size_text(bytes), image.layers.size(), image.layers.size() == 1 ? "layer" : "layers");
  Section section{"image", 40, 50, "", {"image", {image.name}}};
  section.text = fmt::format("**Image** {}{} {}, {}{}\n", forge::code(image.name), image.version ? " " + forge::code(*image.version) : "",
                             forge::code(image.digest.substr(0, 19)), size, image.pinned ? ", all of it pinned" : "");
  if (image.description) section.text += "\n" + forge::fence(*image.description, {3, 500});
  return {section};
}

}  // namespace sandbox::tool
