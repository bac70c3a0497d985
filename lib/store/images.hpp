#pragma once
// Images in the store: records by digest, names that point to the newest image of a recipe.
// Everything appears by rename, whole. Whoever uses an image holds the images lock shared
// until the use is written down (a sandbox's record, a new image); removal holds it alone:
// so nothing is collected between a look-up and its use.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/file.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::store {

/// Names of images and recipes: [a-z0-9][a-z0-9._-]*, at most 100 characters. Anything else
/// is refused before it can become part of a path.
bool is_name(std::string_view text);

/// Waits for the right to use images: held from the look-up until the use is written down.
Fd lock_images(const Store& store);

/// By name (the newest of that recipe), digest ("sha256:HEX" or HEX), or a unique beginning
/// of HEX with at least 12 digits. A name costs two small reads. Nothing when there is none;
/// throws when the reference is ambiguous or the record is damaged.
std::optional<record::Image> find_image_if_any(const Store& store, std::string_view reference);

/// The same; throws Error(input) with what to do when there is none.
record::Image find_image(const Store& store, std::string_view reference);

/// The layers' directories, lowest first; throws when one is missing, and Error(input) when the image holds a machine that ran:
/// what that has written is on its disk.
std::vector<Path> layer_trees(const Store& store, const record::Image& image);

/// The image under such a machine's disk; another one as it is.
record::Image without_machine(record::Image image);

/// The folder of such a machine; see engine/vm/saved.hpp.
Path machine_tree(const Store& store, const record::Image& image);

/// When a file of the store was last written or used.
WallTime modified(const Path& file);

/// Remembers now as the image's last use.
void mark_used(const Store& store, const record::Image& image);

struct StoredImage {
  record::Image image;
  WallTime last_used;
  std::string used_by;  ///< a sandbox's id, or empty
};

/// All images, newest first. Damaged records are left out.
std::vector<StoredImage> list_images(const Store& store);

/// The record first, then the name: a name never points to nothing.
void publish_image(const Store& store, const record::Image& image);

/// Makes it the newest of its name again; writes only when it is not.
void name_image(const Store& store, const record::Image& image);

/// The file that holds the record of this digest, HEX alone; for removal.
Path image_file(const Store& store, const std::string& hex);

/// The digest, HEX alone, that a name leads to; for removal.
std::optional<std::string> read_name(const Store& store, std::string_view name);

/// Which sandbox uses which image: digest → sandbox. An unreadable record may use any image,
/// so it stops a removal instead of being skipped.
std::map<std::string, std::string> images_in_use(const Store& store);

}  // namespace sandbox::store
