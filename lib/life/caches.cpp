#include "life/caches.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/denied.hpp"
#include "base/error.hpp"
#include "base/temp_dir.hpp"
#include "base/text.hpp"
#include "isolate/within_ids.hpp"
#include "life/copy_tree.hpp"
#include "life/grants.hpp"
#include "life/ids.hpp"
#include "store/images.hpp"

namespace sandbox::life {

namespace {

constexpr const char* kTrusted = "trusted";

void check_name(const std::string& name, const char* what) {
  if (!store::is_name(name))
    throw Error(ExitCode::input, fmt::format("{} '{}' is not a name", what, visible(name)),
                "lower-case letters, digits, '.', '_', '-'");
}

/// Files of a user who is not root inside are not ours to read, unless in a namespace with his id.
void copy_cache(const Path& from, const Path& to) {
  const auto ids = range_for_files();
  if (!ids) copy_tree(from, to, {});
  else isolate::within_ids(isolate::id_map_for(0, ids), [&] { copy_tree(from, to, {}); });
}

}  // namespace

std::vector<std::string> chosen_caches(std::vector<std::string> asked, const std::map<std::string, std::string>& of_image) {
  std::vector<std::string> all = asked;
  for (const auto& [name, path] : of_image) {
    const bool taken = std::ranges::any_of(asked, [&, &name = name, &path = path](const std::string& text) {
      return text.starts_with(name + ":") || text.ends_with(":" + path);
    });
    if (!taken) all.push_back(fmt::format("{}:{}", name, path));
  }
  return all;
}

std::vector<std::string> wanted_caches(const config::Config& config, const LaunchRequest& request, const record::Image& image) {
  if (request.building) return request.caches;
  if (request.no_caches) {
    if (!request.caches.empty()) throw Error(ExitCode::input, "--no-caches and --cache contradict each other");
    return {};
  }
  std::vector<std::string> all = chosen_caches(request.caches, image.defaults.caches);
  std::string refused;
  for (std::size_t i = request.caches.size(); i < all.size(); ++i) {
    const std::string name = all[i].substr(0, all[i].find(':'));
    if (!is_granted("cache:" + name, config, request)) refused += (refused.empty() ? "" : ", ") + visible(name);
  }
  if (!refused.empty())
    throw Error(ExitCode::input, fmt::format("the recipe of '{}' asks for caches that are not granted: {}", visible(image.name), refused),
                "--grant cache:NAME for each, --grant all, or --no-caches to go without");
  return all;
}

engine::Share open_cache(const store::Store& store, const std::string& text, const std::string& scope) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const std::string target = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (target.empty() || target.front() != '/')
    throw Error(ExitCode::input, fmt::format("--cache '{}': not NAME:PATH", visible(text)));
  check_name(name, "the cache");
  check_name(scope, "the cache scope");
  const Path own = store.caches() / scope / name;
  std::error_code error;
  if (std::filesystem::exists(own, error)) return {own, target, true};
  std::filesystem::create_directories(store.caches() / scope, error);
  if (error) throw Error(code_of(error.value()), fmt::format("cannot make the cache '{}': {}", name, error.message()));
  TempDir fresh = TempDir::create(store.temporary());
  const Path trusted = store.caches() / kTrusted / name;
  if (scope != kTrusted && std::filesystem::exists(trusted, error)) copy_cache(trusted, fresh.path());
  std::filesystem::permissions(fresh.path(), std::filesystem::perms(0755), error);
  if (!fresh.keep_as(own) && !std::filesystem::exists(own, error))
    throw Error(ExitCode::failed, fmt::format("cannot make the cache '{}'", name));
  return {own, target, true};
}

}  // namespace sandbox::life
