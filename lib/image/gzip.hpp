#pragma once
// Gzip: compresses what is put into it, the same bytes each time: no name, no time.
#include <memory>
#include <string_view>

#include "image/tar_writer.hpp"

namespace sandbox::image {

class Gzip {
 public:
  explicit Gzip(Sink sink);
  ~Gzip();

  void put(std::string_view bytes);
  void finish();

 private:
  struct State;
  void run(std::string_view bytes, int flush);
  Sink sink_;
  std::unique_ptr<State> state_;
};

}  // namespace sandbox::image
