#include "build_recipes.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "audit/log.hpp"
#include "base/child.hpp"
#include "base/error.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "build/build.hpp"
#include "cli/interrupt.hpp"
#include "cli/warn.hpp"
#include "config/config.hpp"
#include "image/oci_export.hpp"
#include "isolate/namespaces.hpp"
#include "store/images.hpp"

namespace sandbox {

namespace {

constexpr std::size_t kShownLines = 20;

/// Of the current directory, of the installation, or of the source when we run from the
/// build's folder: only there, or somebody else's folder two levels up would be trusted.
std::vector<Path> recipe_folders() {
  const Path prefix = program_directory().parent_path();
  std::vector<Path> folders = {"recipes", prefix / "share/sandbox/recipes"};
  std::error_code error;
  if (std::filesystem::exists(prefix / "CMakeCache.txt", error))
    folders.push_back(prefix.parent_path().parent_path() / "recipes");
  return folders;
}

bool is_recipe(const Path& folder) {
  std::error_code error;
  return std::filesystem::exists(folder / "recipe.yaml", error);
}

std::string human(const record::Image& image) {
  std::uint64_t bytes = 0;
  for (const record::Layer& layer : image.layers) bytes += layer.bytes;
  return fmt::format("{}  {}  {} in {} layer{}{}\n", visible(image.name), image.digest.substr(0, 19), size_text(bytes),
                     image.layers.size(), image.layers.size() == 1 ? "" : "s", image.cached ? ", unchanged" : "");
}

/// What a failed build's programs said last.
void show_log(const Path& log) {
  const std::string text = read_file_if_exists(log, std::size_t{1} << 30).value_or("");
  std::vector<std::string_view> lines = split(text, '\n');
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (std::size_t i = lines.size() - std::min(lines.size(), kShownLines); i < lines.size(); ++i)
    write_all(2, fmt::format("  {}\n", visible(lines[i])), "stderr");
}

void tick(cli::Progress& progress) {
  progress.tick();
  cli::stop_if_interrupted();
}

record::Image build_one(const build::Site& site, const build::Recipe& recipe, const Request& request) {
  cli::Progress progress("sandbox-build", request.output.quiet);
  const build::Settings settings{!request.no_cache, request.from_step, request.update_lock, request.log};
  const build::Watcher watcher{[&](const std::string& stage) { progress.stage(stage); }, [&] { tick(progress); },
                               [&] { progress.done(); }};
  try {
    return build::build(site, recipe, settings, watcher);
  } catch (const Error& error) {
    cli::stop_if_interrupted();  // then it failed because of that
    if (error.code() != ExitCode::no || !error.hint().empty()) throw;
    const Path log = build::log_of(site.store, recipe, settings);
    show_log(log);
    throw Error(error.code(), fmt::format("cannot build '{}': {}", recipe.name, error.what()),
                fmt::format("everything the programs said: {}", log.native()));
  }
}

/// Last of all: as a user we go on as root of our own files, and of nothing else.
void export_one(const store::Store& store, const record::Image& image, const image::ExportTarget& target, const Request& request) {
  const std::vector<Path> trees = store::layer_trees(store, image);
  if (::geteuid() != 0) isolate::become_root_of_own_files();
  cli::Progress progress("sandbox-build", request.output.quiet);
  image::export_image(image, trees, target, [&](const std::string& stage) { progress.stage(stage); });
  progress.done();
}

}  // namespace

Path find_recipe(const std::string& argument) {
  if (argument.find('/') != argument.npos || is_recipe(argument)) return argument;
  if (!store::is_name(argument))
    throw Error(ExitCode::input, fmt::format("not a recipe's name: '{}'", visible(argument)));
  for (const Path& folder : recipe_folders())
    if (is_recipe(folder / argument)) return folder / argument;
  throw Error(ExitCode::input, fmt::format("no recipe '{}'", argument), "give the folder that holds recipe.yaml");
}

int build_recipes(const Request& request) {
  std::vector<build::Recipe> recipes;
  for (const std::string& argument : request.recipes) recipes.push_back(build::read_recipe(find_recipe(argument)));
  for (const build::Recipe& recipe : recipes) (void)build::read_lock_if_any(recipe.folder);
  if (request.check) return 0;
  if (request.shell_on_failure && !(::isatty(0) && ::isatty(1)))
    throw Error(ExitCode::input, "--shell-on-failure needs a terminal", "stdin and stdout are where the shell is");
  cli::note_interrupts();
  std::optional<image::ExportTarget> target;
  if (!request.export_to.empty()) {
    if (recipes.size() > 1) throw Error(ExitCode::input, "--export goes with one recipe");
    image::check_export_target(target.emplace(image::parse_export_target(request.export_to)));
  }
  const store::Store store = store::Store::open();
  const config::Config config = config::Config::load();
  audit::Log log({store.log(), "sandbox-build", audit::actor_here(), config.log.required, cli::warn});
  build::Site site{store, config, request.steps, request.shell_on_failure, &log};
  site.request.limits = request.steps.limits.over(config.limits).over(build::default_limits());
  return audit::logged(log, [&] {
    const Fd in_use = target ? store::lock_images(store) : Fd();
    for (const build::Recipe& recipe : recipes) {
      const record::Image image = build_one(site, recipe, request);
      log.append(audit::built(image));
      if (target) export_one(store, image, *target, request);
      cli::put(request.output, image, image.digest, [&] { return human(image); });
    }
    return 0;
  });
}

}  // namespace sandbox
