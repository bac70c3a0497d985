// sandbox-build: recipe → image.
#include "build_recipes.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"

namespace {

int run(int argc, char** argv) {
  sandbox::Request request;
  sandbox::cli::Options options("sandbox-build", "Build an image from a recipe");
  options.option("RECIPE", request.recipes, "", "A folder with recipe.yaml, or a recipe's name")->required();
  options.flag("--check", request.check, "Only read and check the recipe");
  options.flag("--no-cache", request.no_cache, "Make every layer anew");
  options.option("--log", request.log, "FILE", "Write what the programs say to FILE");
  options.output(request.output);
  options.examples({{"sandbox-build busybox", "build the recipe that comes with the tools"},
                    {"sandbox-build ./recipes/mine | sandbox-launch", "build, then start a sandbox of it"}});
  options.parse(argc, argv);
  return sandbox::build_recipes(request);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-build", argc, argv, run); }
