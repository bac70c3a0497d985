#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "build/bases.hpp"
#include "build/files.hpp"
#include "build/unpack.hpp"
#include "digest/sha256.hpp"
#include "record/json.hpp"

namespace sandbox::build {

namespace {

/// For reading; an archive is one regular file beneath the recipe's folder.
Fd open_archive(const Recipe& recipe) {
  const Fd path = open_source(recipe, recipe.from.value, recipe.from.place);
  struct stat info {};
  if (::fstat(path.get(), &info) < 0 || !S_ISREG(info.st_mode))
    throw problem_at(recipe.file, recipe.from.place, fmt::format("'{}' is not a file", visible(recipe.from.value)));
  const std::string through = fmt::format("/proc/self/fd/{}", path.get());
  return checked_fd(::open(through.c_str(), O_RDONLY | O_CLOEXEC), "cannot read", visible(recipe.from.value));
}

}  // namespace

Step archive_step(const Recipe& recipe) {
  const Fd archive = open_archive(recipe);
  const std::string sum = digest::sha256_hex_of_fd(archive.get(), recipe.from.value);
  const Json text = {{"step", "archive"}, {"sha256", sum}};
  Step step{"archive", record::dump(text), false, [recipe](const Workplace& place) {
              const std::string& shown = recipe.from.value;
              unpack(decompressed(open_archive(recipe), place, shown), place, shown, image::Whiteouts::plain_names);
            }};
  step.keeps_times = true;
  step.lockable = Locked{.of = "tar:" + recipe.from.value, .digest = "sha256:" + sum};
  return step;
}

}  // namespace sandbox::build
