#pragma once
// Layers in the store, by digest: the file-system changes that images are made of. A layer
// appears by rename, whole, and is never written to again.
#include <optional>
#include <string_view>

#include "base/file.hpp"
#include "record/image.hpp"
#include "store/store.hpp"

namespace sandbox::store {

/// Where a layer's tree is or would be; the digest is checked, the directory is not.
Path layer_tree(const Store& store, std::string_view digest);

/// The folder `made` with its `tree` becomes a layer by rename. Whoever comes second with the
/// same digest leaves his where it is: the first's has the same content.
void publish_layer(const Store& store, const Path& made, const record::Layer& layer);
std::optional<record::Layer> find_layer(const Store& store, std::string_view digest);

}  // namespace sandbox::store
