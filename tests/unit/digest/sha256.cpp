#include "digest/sha256.hpp"

#include <array>
#include <cstring>

#include "base/child.hpp"
#include "base/file.hpp"
#include "catch.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::digest;

TEST_CASE("the digests of FIPS 180-4 and its long vector come out") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmn"
                   "opqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the digest does not depend on how the bytes were cut") {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i * 7 + i / 256);
  for (const std::size_t length : {0u, 1u, 55u, 56u, 57u, 63u, 64u, 65u, 119u, 120u, 127u, 128u, 129u, 1000u}) {
    const std::string text = bytes.substr(0, length);
    for (const std::size_t piece : {1u, 3u, 63u, 64u, 65u, 200u}) {
      Sha256 sum;
      for (std::size_t at = 0; at < length; at += piece) sum.update(std::string_view(text).substr(at, piece));
      CAPTURE(length, piece);
      CHECK(hex(std::move(sum).finish()) == sha256_hex(text));
    }
  }
}

TEST_CASE("the processor's instructions and the portable code agree") {
  const Compress accelerated = compress_accelerated();
  if (!accelerated) {
    WARN("this processor has no SHA instructions: only the portable code is tested");
    return;
  }
  std::array<std::uint8_t, 64 * 17> blocks{};
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] = static_cast<std::uint8_t>(i * i + 3 * i);
  for (std::size_t count = 0; count <= 17; ++count) {
    std::array<std::uint32_t, 8> one{1, 2, 3, 0xffffffff, 5, 6, 7, 8}, other = one;
    compress_portable(one.data(), blocks.data(), count);
    accelerated(other.data(), blocks.data(), count);
    CHECK(one == other);
  }
}

TEST_CASE("sha256sum says the same about a file") {
  const TempDir place = test::scratch();
  const Path file = place.path() / "file";
  std::string bytes(3'000'001, 'x');
  for (std::size_t i = 0; i < bytes.size(); i += 97) bytes[i] = static_cast<char>(i);
  replace_file(file, bytes);
  test::Pipe pipe = test::make_pipe();
  Child child = Child::spawn({"/usr/bin/sha256sum", {"sha256sum", file.native()}, {}, {{pipe.in.get(), 1}}});
  pipe.in.close();
  const std::string said = read_all(pipe.out.get(), 1000, "sha256sum");
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(said.substr(0, 64) == sha256_hex_of_fd(fd.get(), "file"));
  CHECK(shell_code(std::move(child).wait()) == 0);
}

TEST_CASE("only 64 lower-case digits are a digest") {
  CHECK(is_hex_digest(std::string(64, 'a')));
  CHECK_FALSE(is_hex_digest(std::string(63, 'a')));
  CHECK_FALSE(is_hex_digest(std::string(64, 'A')));
  CHECK_FALSE(is_hex_digest(std::string(62, 'a') + "/."));
}
