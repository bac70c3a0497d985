#include "comment.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/warn.hpp"
#include "compose.hpp"
#include "forge/marker.hpp"
#include "forge/matrix.hpp"
#include "forge/publish.hpp"
#include "record/chain.hpp"
#include "record/comment.hpp"
#include "record/failure.hpp"
#include "record/stream.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kMaxRecords = 1000, kMaxBytes = std::size_t{256} << 20;

/// All of stdin; what a section cannot be made of is refused here, with its line.
std::vector<Json> read_records() {
  const std::string hint = "pipe the output of the other tools into this";
  if (!cli::stdin_has_records()) throw Error(ExitCode::input, "no records: stdin is a terminal", hint);
  std::vector<Json> records;
  std::size_t bytes = 0;
  record::Reader reader(0);
  while (auto record = reader.next()) {
    bytes += record::dump(*record).size();
    if (records.size() >= kMaxRecords || bytes > kMaxBytes)
      throw Error(ExitCode::input, fmt::format("stdin:{}: more records than one comment can tell", reader.line()), fmt::format("at most {} of {} MiB together", kMaxRecords, kMaxBytes >> 20));
    try {
      story_of({*record});
    } catch (const Error& error) {
      throw Error(error.code(), fmt::format("stdin:{}: {}", reader.line(), error.what()), error.hint());
    }
    records.push_back(std::move(*record));
  }
  if (records.empty()) throw Error(ExitCode::input, "no records on stdin", hint);
  return records;
}

void append(const std::string& file, const std::string& text) {
  const Fd out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!out) throw_system_error("cannot open", file);
  write_all(out.get(), text + "\n", file);
}

/// One saying: everything about it is known before the first byte is sent.
class Saying {
 public:
  Saying(const Options& options, const forge::Surroundings& around, const Story& story) : options_(options), around_(around), story_(story) {
    made_.key = options.key;
    made_.says_no = story.says_no;
  }

  record::Comment show() {
    const Composed composed = composed_for(kind_of(options_.where, around_), options_.where.commit.empty() ? around_.place.commit : options_.where.commit);
    made_.to = "none";
    made_.action = "shown";
    made_.body = composed.text;
    return made_;
  }

  record::Comment send(const Destination& destination) {
    made_.to = destination.to;
    made_.place = visible(destination.name());
    if (!destination.instead.empty()) cli::warn("the summary of the job has the comment: " + destination.instead);
    if (destination.to == "matrix") send_message(destination);
    else if (destination.to == "summary") write_summary(destination);
    else publish(destination);
    return made_;
  }

 private:
  Heading heading(const std::string& commit) const { return {options_.key, options_.title, commit, around_.job_url}; }

  Composed composed_for(const std::string& kind, const std::string& commit) {
    const std::size_t most = std::min<std::size_t>(options_.limit.value_or(most_bytes(kind)), most_bytes(kind));
    Composed composed = compose(heading(commit), story_, most);
    made_.bytes = composed.text.size();
    made_.folded = composed.folded;
    return composed;
  }

  void send_message(const Destination& destination) {
    const forge::Message message = compose_message(heading(""), story_);
    made_.bytes = message.plain.size();
    made_.id = forge::send_message(*destination.connection, destination.room, message);
    made_.action = "sent";
  }

  void write_summary(const Destination& destination) {
    append(destination.summary, composed_for("summary", destination.place.commit).text);
    made_.to = "summary";
    made_.place = visible(destination.summary);
    made_.action = "written";
  }

  /// A pull request from a fork has a token that only reads: then the job's own page has to do.
  void publish(const Destination& destination) {
    const auto forge = destination.forge();
    try {
      const forge::Published published = forge::publish(*forge, options_.key, composed_for(destination.to, destination.place.commit).text);
      made_.action = published.action;
      made_.id = published.id;
      if (!published.url.empty()) made_.url = visible(published.url);
    } catch (const forge::Denied& denied) {
      if (denied.status() != 403 || destination.summary.empty()) throw;
      cli::warn(fmt::format("the summary of the job has the comment: {}; {}", denied.what(), denied.hint()));
      return write_summary(destination);
    }
    if (options_.status) set_status(*forge, destination);
  }

  void set_status(forge::Forge& forge, const Destination& destination) {
    if (destination.place.commit.empty()) throw Error(ExitCode::input, "nobody says which commit --status is of", "name it with --commit");
    forge.set_status({!story_.says_no, "sandbox/" + options_.key, one_line(story_), made_.url ? *made_.url : around_.job_url});
    made_.status = story_.says_no ? "failure" : "success";
  }

  const Options& options_;
  const forge::Surroundings& around_;
  const Story& story_;
  record::Comment made_;
};

std::string human(const record::Comment& made) {
  if (made.body) return *made.body;
  return fmt::format("{}  {}{}\n", made.action, *made.place, made.url ? "  " + *made.url : "");
}

/// Each record has its answer, so that the pipe goes on; people see one.
void answer(const Options& options, const std::vector<Json>& records, record::Comment made) {
  for (const Json& record : records) {
    made.from = record::as_from(record);
    cli::put(options.output, made, made.id.value_or(""), [&] { return human(made); });
    if (options.output.quiet || options.output.human()) return;
  }
}

/// Nothing was said; whoever reads the pipe's end is told why.
void answer_failure(const Options& options, const std::vector<Json>& records, const Error& error) {
  if (options.output.quiet || options.output.human()) return;
  for (const Json& record : records) record::write(1, record::Failure::of(error, cli::tool_name(), record::as_from(record)));
}

void check(const Options& options, const forge::Surroundings& around) {
  if (!forge::is_key(options.key)) throw Error(ExitCode::input, fmt::format("'{}' is no key", options.key), "letters, digits, '.', '_' and '-', at most 64");
  const std::string kind = kind_of(options.where, around);
  if (options.status && (kind == "matrix" || kind == "summary")) throw Error(ExitCode::input, "--status needs a forge, which --to does not name");
}

}  // namespace

int comment(const Options& options) {
  const forge::Environment environment = [](const char* name) { return std::getenv(name); };
  const forge::Surroundings around = forge::surroundings(environment);
  check(options, around);
  // What is missing is said before a long pipe has run to its end.
  std::optional<Destination> destination;
  if (!options.dry_run) destination = destination_of(options.where, around, environment);
  const std::vector<Json> records = read_records();
  const Story story = story_of(records);
  Saying saying(options, around, story);
  try {
    answer(options, records, destination ? saying.send(*destination) : saying.show());
  } catch (const Error& error) {
    answer_failure(options, records, error);
    throw;
  }
  return static_cast<int>(story.says_no ? ExitCode::no : ExitCode::ok);
}

}  // namespace sandbox::tool
