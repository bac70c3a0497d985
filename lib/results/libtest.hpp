#pragma once
// libtest, the harness of Rust: what a test program lists, what its harness logs, and what it
// prints. Text alone can be read, too, and is then believed only where it fits together.
#include <optional>
#include <string>
#include <string_view>

#include "results/reading.hpp"

namespace sandbox::results {

/// Of one test program. List and log are the harness's own, and decide; the text explains.
struct LibtestFiles {
  std::string suite;
  std::optional<std::string> list, log;
  std::string text;
  int exit = 0;
};
Reading read_libtest(const LibtestFiles& files);

/// What `cargo test` prints, of all programs together.
Reading read_cargo_text(std::string_view text);

}  // namespace sandbox::results
