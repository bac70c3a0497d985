#include "life/grants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"

namespace sandbox::life {

bool is_granted(const std::string& asked, const config::Config& config, const LaunchRequest& request) {
  return std::ranges::any_of(std::array{&request.grant, &config.grants}, [&](const auto* words) {
    return std::ranges::count(*words, asked) != 0 || std::ranges::count(*words, "all") != 0;
  });
}

bool may_nest(const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  if (request.nested) return true;
  if (image.defaults.nested && !is_granted("nested", config, request))
    throw Error(ExitCode::input, fmt::format("the recipe of '{}' asks for namespaces inside, which are not granted", visible(image.name)),
                "--grant nested, or --nested; sandbox-security(7) says what that opens");
  return image.defaults.nested;
}

}  // namespace sandbox::life
