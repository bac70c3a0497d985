#pragma once
// Output: records on stdout and nothing else; a human view when it is a terminal. stderr is
// for people: a live line on a terminal, one line per finished stage elsewhere.
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "record/json.hpp"

namespace sandbox::cli {

enum class Format { unset, json, human };

struct Output {
  Format format = Format::unset;
  bool quiet = false;

  bool human() const;
};

/// Writes one record: as JSON, or the text for people, or only the id. `human` is asked only
/// when it is shown: the output of a command can be long.
void put(const Output& output, const Json& record, std::string_view id,
         const std::function<std::string()>& human = {});

/// Stages of long work on stderr: "sandbox-build: packages … 12s" while it runs on a
/// terminal, "sandbox-build: packages (12.3s)" when it is done. Silent when quiet.
class Progress {
 public:
  Progress(std::string tool, bool quiet);
  ~Progress();
  void stage(std::string name);
  /// Shows that time passes; call it now and then during long work.
  void tick();
  /// How far the stage is, shown behind its name.
  void note(std::string text);
  void done();

 private:
  std::string tool_;
  std::string name_, note_;
  bool quiet_;
  bool live_;
  Stopwatch watch_;
};

/// Colours only on a terminal that wants them (NO_COLOR is honoured).
bool wants_colour(int fd);

/// True when stdin could hold records: not a terminal, not closed.
bool stdin_has_records();

}  // namespace sandbox::cli
