#include "life/apt_doors.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "doors/apt.hpp"
#include "doors/url.hpp"
#include "isolate/mount.hpp"

namespace sandbox::life {

namespace {

constexpr std::size_t kMaxFile = 1 << 20;
constexpr const char* kSources = "/etc/apt/sandbox-doors.sources";

/// A regular file of one layer, whose links cannot lead out of it; empty where there is none.
std::string text_in(const Path& layer, std::string_view path) {
  try {
    const Fd root = checked_fd(::open(layer.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), "cannot open", layer.native());
    const Fd file = isolate::open_beneath(root, path, O_RDONLY | O_NONBLOCK);
    struct stat info {};
    if (::fstat(file.get(), &info) < 0 || !S_ISREG(info.st_mode)) return {};
    return read_all(file.get(), kMaxFile, path);
  } catch (const Error&) {
    return {};
  }
}

/// Of the topmost layer that has it.
std::string text_in(const std::vector<Path>& layers, std::string_view path) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
    if (std::string text = text_in(*layer, path); !text.empty()) return text;
  return {};
}

bool leads_through(const doors::Rules& rules, const doors::AptSource& source) {
  return std::ranges::any_of(source.uris, [&](const std::string& uri) {
    const auto url = doors::parse_url(uri);
    return url && rules.door(url->host, url->port);
  });
}

/// The usual places; an image that keeps them elsewhere knows what it does.
std::vector<doors::AptSource> sources_of(const std::vector<Path>& layers) {
  std::vector<doors::AptSource> all = doors::parse_apt_list(text_in(layers, "etc/apt/sources.list"));
  for (const char* name : {"debian", "ubuntu"})
    std::ranges::move(doors::parse_apt_sources(text_in(layers, fmt::format("etc/apt/sources.list.d/{}.sources", name))),
                      std::back_inserter(all));
  std::erase_if(all, [](const doors::AptSource& source) { return !source.enabled; });
  return all;
}

}  // namespace

void show_apt_sources(Plan& plan) {
  const std::vector<Path>& layers = plan.spec.layers;
  const auto sources = sources_of(layers);
  if (std::ranges::any_of(sources, [&](const auto& source) { return leads_through(plan.doors->rules, source); })) return;
  const doors::Release image = doors::release_of(text_in(layers, "usr/lib/os-release")), host = doors::host_release();
  if (image.id.empty() || image.codename.empty() || image.id != host.id) return;  // its apt is another distribution's, or none
  const auto chosen = doors::sources_for(doors::host_apt_sources(), host.codename, image.codename);
  plan.spec.files.push_back({kSources, doors::deb822(chosen, doors::Credentials::removed)});
  add_apt_option(plan, fmt::format("Dir::Etc::SourceList \"{}\";", kSources));
  add_apt_option(plan, "Dir::Etc::SourceParts \"/dev/null\";");
}

void add_apt_option(Plan& plan, const std::string& option) {
  for (engine::ShownFile& file : plan.spec.files)
    if (file.path == doors::kAptOptions) file.text += option + "\n";
}

}  // namespace sandbox::life
