#include "name.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/images.hpp"

namespace sandbox::tool {

namespace {

constexpr std::string_view kEnding = "-snapshot";
constexpr std::size_t kLongest = 100;  // of store::is_name()

}  // namespace

std::string snapshot_name(std::string_view image) {
  if (image.ends_with(kEnding)) return std::string(image);
  return std::string(image.substr(0, kLongest - kEnding.size())) + std::string(kEnding);
}

void check_name(const store::Store& store, const std::string& name) {
  if (!store::is_name(name))
    throw Error(ExitCode::input, fmt::format("not a name for an image: '{}'", visible(name.substr(0, 200))),
                "lower-case letters, digits and . _ - and at most 100 of them");
  if (!store::read_name(store, name)) return;
  const auto taken = store::find_image_if_any(store, name);
  if (taken && !taken->snapshot_of)
    throw Error(ExitCode::input, fmt::format("'{}' is the name of an image that was built", name), "choose another: --name NAME");
}

}  // namespace sandbox::tool
