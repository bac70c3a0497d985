#include "life/tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/denied.hpp"
#include "base/text.hpp"
#include "cli/interrupt.hpp"
#include "life/judge.hpp"
#include "wire/item_reader.hpp"

namespace sandbox::life {

using wire::Kind;
using wire::Problem;
using wire::Tag;

namespace {

constexpr int kPipeBytes = 1 << 20;

std::vector<Fd> ask(Connection& connection, Kind kind, const TreeRequest& request, std::size_t wanted) {
  FrameBuilder frame(kind);
  frame.add(Tag::path, request.path).add_value(Tag::tree, request.options);
  if (request.user) frame.add(Tag::user, *request.user);
  connection.send(frame.bytes());
  Frame answer = connection.receive();
  if (answer.kind == Kind::failed) throw_failed(answer.as<wire::Failed>(), request.path);
  if (answer.kind != Kind::streams || answer.descriptors.size() != wanted)
    throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: not the streams asked for");
  return std::move(answer.descriptors);
}

Fd wide(Fd pipe) {
  // Best effort: past our share of pipe memory it stays small and is only slower.
  (void)::fcntl(pipe.get(), F_SETPIPE_SZ, kPipeBytes);
  return pipe;
}

/// What the agent says of a process that has ended.
void hear_end(Connection& connection, const std::string& path) {
  const Frame frame = connection.receive();
  if (frame.kind != Kind::failed) return;
  const auto failed = frame.as<wire::Failed>();
  if (failed.step != wire::Step::file) throw_failed(failed, path);
  const ExitCode code = failed.error == EINTR ? ExitCode::failed : ExitCode::input;
  throw Error(code, failure_text(failed, path));
}

const char* special_name(int type) {
  switch (static_cast<mode_t>(type)) {
    case S_IFIFO:
      return "a fifo";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

std::string in_the_way(int error) {
  return error == ENOTDIR || error == ELOOP ? "what is there is no folder" : "a folder is there";
}

std::string cause_of(const wire::Failure& failure) {
  if (failure.error == EFAULT || failure.error == ESTALE) return "it changed while it was read";
  if (is_full(failure.error)) return "no space left";
  return error_text(failure.error);
}

/// A sandbox may say what it likes; a record has the years that people write.
WallTime time_of(const wire::ItemHeader& header) {
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const std::chrono::seconds seconds(std::clamp<std::int64_t>(header.seconds, 0, kYear9999));
  return WallTime(seconds + std::chrono::milliseconds(std::min(header.nanoseconds, 999'999'999U) / 1'000'000));
}

}  // namespace

TreePut::TreePut(Fd socket, const TreeRequest& request) : connection_(std::move(socket)), path_(request.path) {
  auto streams = ask(connection_, Kind::put_tree, request, 2);
  pipe_ = wide(checked_pipe(std::move(streams[0]), Direction::in));
  report_ = checked_pipe(std::move(streams[1]), Direction::out);
}

Copied TreePut::finish() {
  pipe_.close();
  const auto reader = std::make_unique<wire::ItemReader>(report_.get());
  wire::ItemHeader header;
  if (reader->next(header) == 0 && header.item == wire::Item::problem) {
    const auto failure = std::make_unique<wire::Failure>();
    wire::PathText path;
    path.push(reader->text());
    failure->set(static_cast<Problem>(header.flags), static_cast<int>(header.mode), path);
    throw tree_error(*failure, Side::inside);
  }
  hear_end(connection_, path_);
  if (header.item != wire::Item::finish) throw Error(ExitCode::failed, "the sandbox's agent answered nonsense: no end of a copy");
  tick_ = time_of(header);
  return {header.offset, header.size};
}

TreeGet::TreeGet(Fd socket, const TreeRequest& request) : connection_(std::move(socket)), path_(request.path) {
  auto streams = ask(connection_, Kind::get_tree, request, 1);
  pipe_ = wide(checked_pipe(std::move(streams[0]), Direction::out));
}

void TreeGet::explain_end() { hear_end(connection_, path_); }

wire::Onlooker interruption() {
  return {[](void*, std::uint64_t) { return cli::is_interrupted(); }, nullptr};
}

Error tree_error(const wire::Failure& failure, Side side) {
  const std::string where = side == Side::inside ? " in the sandbox" : "";
  const std::string path = visible(failure.path.view());
  const bool is_denied = code_of(failure.error) == ExitCode::host && !is_full(failure.error);
  const ExitCode host = side == Side::here ? code_of(failure.error) : is_denied ? ExitCode::input : ExitCode::failed;
  switch (failure.problem) {
    case Problem::read:
      return Error(ExitCode::input, fmt::format("cannot read '{}'{}: {}", path, where, cause_of(failure)));
    case Problem::write:
      return Error(host, fmt::format("cannot write '{}'{}: {}", path, where, cause_of(failure)),
                   side == Side::inside && is_full(failure.error)
                       ? "its disk limit is full: sandbox-launch --disk sets it"
                       : "");
    case Problem::special:
      return Error(ExitCode::input, fmt::format("cannot copy '{}'{}: {}", path, where, special_name(failure.error)),
                   "only files, folders and links are copied");
    case Problem::depth:
      return Error(ExitCode::input, fmt::format("cannot copy '{}'{}: more than {} folders deep", path, where, wire::kMaxDepth));
    case Problem::in_the_way:
      return Error(ExitCode::input, fmt::format("cannot replace '{}'{}: {}", path, where, in_the_way(failure.error)));
    case Problem::limit:
      return Error(ExitCode::no, fmt::format("more than the limit of bytes at '{}'{}", path, where), "--limit sets it");
    case Problem::cut_off:
      return Error(ExitCode::failed, fmt::format("the copy ended early at '{}'{}", path, where));
    default:
      return Error(ExitCode::failed, fmt::format("the sandbox's agent answered nonsense: a malformed copy at '{}'", path));
  }
}

}  // namespace sandbox::life
