#include "image/gzip.hpp"

#include <zlib.h>

#include <vector>

#include "base/error.hpp"

namespace sandbox::image {

struct Gzip::State {
  z_stream stream{};
  std::vector<unsigned char> out = std::vector<unsigned char>(std::size_t{1} << 18);
};

Gzip::Gzip(Sink sink) : sink_(std::move(sink)), state_(std::make_unique<State>()) {
  constexpr int kLevel = 6, kWindowWithHeader = 15 + 16, kMemory = 8;
  if (::deflateInit2(&state_->stream, kLevel, Z_DEFLATED, kWindowWithHeader, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error(ExitCode::failed, "cannot start to compress");
}

Gzip::~Gzip() { ::deflateEnd(&state_->stream); }

void Gzip::run(std::string_view bytes, int flush) {
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<unsigned>(bytes.size());
  do {
    stream.next_out = state_->out.data();
    stream.avail_out = static_cast<unsigned>(state_->out.size());
    if (::deflate(&stream, flush) == Z_STREAM_ERROR) throw Error(ExitCode::failed, "cannot compress");
    sink_({reinterpret_cast<const char*>(state_->out.data()), state_->out.size() - stream.avail_out});
  } while (stream.avail_out == 0);
}

void Gzip::put(std::string_view bytes) {
  constexpr std::size_t kPart = std::size_t{1} << 30;  // zlib counts in 32 bits
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kPart))) run(bytes.substr(0, kPart), Z_NO_FLUSH);
}

void Gzip::finish() { run({}, Z_FINISH); }

}  // namespace sandbox::image
