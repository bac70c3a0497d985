#pragma once
// Sha256: FIPS 180-4, incremental. Our own because the first use of libcrypto costs 0.9 ms,
// which is a tenth of what a whole unchanged build may take; it uses the processor's SHA
// instructions where there are any.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sandbox::digest {

class Sha256 {
 public:
  using Bytes = std::array<std::uint8_t, 32>;

  void update(std::string_view bytes);
  /// The digest of everything so far; the object is used up.
  Bytes finish() &&;

 private:
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;  ///< bytes taken so far
};

/// Lower-case hexadecimal, 64 characters.
std::string hex(const Sha256::Bytes& digest);

std::string sha256_hex(std::string_view bytes);

/// Reads a descriptor to its end.
std::string sha256_hex_of_fd(int fd, std::string_view subject);

/// True for exactly 64 lower-case hexadecimal digits.
bool is_hex_digest(std::string_view text);

/// The two ways to compress blocks, for tests to compare; sha256.cpp chooses at run time.
using Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);
void compress_portable(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);
/// Null where this processor has no SHA instructions.
Compress compress_accelerated();

}  // namespace sandbox::digest
