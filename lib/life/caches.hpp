#pragma once
// Named caches: folders of the store that outlive sandboxes, kept apart by scope. A merge
// request reads what the trusted scope had when it came first, and writes its own copy.
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "engine/machine.hpp"
#include "life/launch.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// The caller's, each as NAME:PATH, and those of the image whose name and place he leaves free.
std::vector<std::string> chosen_caches(std::vector<std::string> asked, const std::map<std::string, std::string>& of_image);

/// The same for a launch. Throws when the recipe asks for one that is not granted: whoever
/// wrote it could otherwise put into a cache what others take out of it.
std::vector<std::string> wanted_caches(const config::Config& config, const LaunchRequest& request, const record::Image& image);

/// "NAME:PATH" in this scope, as a writable share. The folder is made on first use.
engine::Share open_cache(const store::Store& store, const std::string& text, const std::string& scope);

}  // namespace sandbox::life
