#pragma once
// Nvml: what NVIDIA's GPUs do, asked of the library that comes with their driver. It is looked
// for while the program runs: most machines have none, and then there is nothing to say.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/measurements.hpp"

namespace sandbox::measure {

class Nvml {
 public:
  /// Nothing where the library, a function of it, or a GPU is missing.
  static std::optional<Nvml> open(const char* library = "libnvidia-ml.so.1");

  /// Their models.
  std::vector<std::string> models() const;
  /// One for each GPU; what cannot be read of one is 0.
  std::vector<record::GpuUse> use() const;

 private:
  struct Library;
  explicit Nvml(std::shared_ptr<const Library> library) : library_(std::move(library)) {}
  std::shared_ptr<const Library> library_;
};

}  // namespace sandbox::measure
