#pragma once
// OciExport: an image of the store for other tools, in the layout of the Open Container
// Initiative: the same image gives the same bytes. It appears at its place when it is whole.
#include <functional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "record/image.hpp"

namespace sandbox::image {

struct ExportTarget {
  enum class Form { directory, archive };
  Form form = Form::directory;
  Path path;
  std::string tag = "latest";
};

/// "oci:DIR", "oci-archive:FILE", each perhaps with ":TAG"; throws Error(input).
ExportTarget parse_export_target(const std::string& text);

/// Throws Error(input) when something is at the target already.
void check_export_target(const ExportTarget& target);

/// `trees`: of the image's layers, lowest first. `stage` is told what is being written.
void export_image(const record::Image& image, const std::vector<Path>& trees, const ExportTarget& target,
                  const std::function<void(const std::string&)>& stage);

}  // namespace sandbox::image
