#include "compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "image/difference.hpp"
#include "isolate/namespaces.hpp"
#include "store/images.hpp"

namespace sandbox {

namespace {

std::string heading(std::string_view what, const record::Counts& counts) {
  return fmt::format("{}: {} added, {} removed, {} changed\n", what, counts.added, counts.removed, counts.changed);
}

template <class T>
char sign(const std::optional<T>& before, const std::optional<T>& after) {
  return !before ? '+' : !after ? '-' : '~';
}

std::string line(const record::PackageDifference& package) {
  const std::string versions = package.before && package.after ? fmt::format("{} -> {}", *package.before, *package.after)
                                                               : package.before.value_or(package.after.value_or(""));
  return fmt::format("  {} {}  {}\n", sign(package.before, package.after), visible(package.name), visible(versions));
}

std::string line(const record::FileDifference& file) {
  const record::FileState& state = file.after ? *file.after : *file.before;
  const std::string size = file.before && file.after && file.before->bytes != file.after->bytes
                               ? fmt::format("{} -> {}", size_text(file.before->bytes), size_text(file.after->bytes))
                               : size_text(state.bytes);
  const std::string what = file.changed.empty() ? state.type : fmt::format("{}", fmt::join(file.changed, ", "));
  return fmt::format("  {} {}  {}{}\n", sign(file.before, file.after), visible(file.path), what,
                     state.type == "file" ? "  " + size : "");
}

std::string human(const record::Difference& difference) {
  std::string text = heading("packages", difference.package_counts);
  for (const record::PackageDifference& package : difference.packages) text += line(package);
  text += heading("files", difference.file_counts);
  for (const record::FileDifference& file : difference.files) text += line(file);
  return difference.truncated ? text + "  and more\n" : text;
}

}  // namespace

int compare_images(const std::string& before, const std::string& after, const cli::Output& output) {
  const store::Store store = store::Store::open();
  const Fd in_use = store::lock_images(store);
  const record::Image a = store::find_image(store, before), b = store::find_image(store, after);
  const image::Compared first{a, store::layer_trees(store, a)}, second{b, store::layer_trees(store, b)};
  if (::geteuid() != 0) isolate::become_root_of_own_files();
  const record::Difference difference = image::difference(first, second);
  cli::put(output, difference, b.digest, [&] { return human(difference); });
  return 0;
}

}  // namespace sandbox
