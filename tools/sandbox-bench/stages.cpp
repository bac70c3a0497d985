#include "stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rows.hpp"
#include "yardstick.hpp"

namespace sandbox::tool {

namespace {

constexpr std::size_t kCopied = 1 << 20;
constexpr const char* kOutputLimit = "--output-limit=1M";  // of an image's own true(1)

std::string timeout_word(const Options& options) { return fmt::format("--timeout={}ms", options.timeout.count()); }

class Stages {
 public:
  Stages(const Session& session, record::Measurements& into) : session_(session), into_(into) {
    for (const std::string_view stage : kStages)
      if (session.wants(stage)) rows_.emplace_back("stage", std::string(stage));
    check_build();
    if (row("copy")) write_copied();
  }

  void round(Counted counted) {
    counted_ = counted;
    std::vector<void (Stages::*)()> parts = {&Stages::build, &Stages::life, &Stages::run, &Stages::machine};
    for (std::size_t i = parts.size() - 1; i > 0; --i) std::swap(parts[i], parts[chance_() % (i + 1)]);
    for (const auto part : parts) (this->*part)();
  }

  void finish() {
    for (Row& row : rows_) into_.rows.push_back(std::move(row).finish());
    std::move(yardstick_).finish(into_.rows);
  }

  bool has_any() const { return !rows_.empty(); }

 private:
  Row* row(std::string_view name) {
    const auto found = std::ranges::find_if(rows_, [&](const Row& one) { return one.so_far().name == name; });
    return found == rows_.end() || found->is_given_up() ? nullptr : &*found;
  }

  /// An image of a recipe that is elsewhere, or none, has nothing to build.
  void check_build() {
    if (!row("build")) return;
    std::error_code error;
    const auto& recipe = session_.image.recipe;
    if (recipe && std::filesystem::exists(Path(*recipe) / "recipe.yaml", error)) return;
    const std::string why = recipe ? fmt::format("its recipe is gone: no '{}'", visible(*recipe + "/recipe.yaml")) : "it has no recipe";
    if (!session_.options.only.empty()) throw Error(ExitCode::input, fmt::format("'{}' cannot be built: {}", visible(session_.image.name), why), "leave 'build' out of --stages");
    std::erase_if(rows_, [](const Row& one) { return one.so_far().name == "build"; });
    into_.notes.push_back({"build", "not measured: " + why});
  }

  Path copied() const { return session_.guard.folder() / "copied"; }

  /// Bytes that neither compress nor repeat.
  void write_copied() const {
    std::string bytes;
    std::mt19937_64 chance(1);
    while (bytes.size() < kCopied) bytes += static_cast<char>(chance());
    replace_file(copied(), bytes);
  }

  void build() {
    Row* const wanted = row("build");
    if (!wanted) return;
    const Ran ran = tool::finish({"sandbox-build", {"--json", *session_.image.recipe}, Sibling::Stdout::kept});
    Try tried = try_of(ran);
    if (ran.is_good()) {
      const auto image = record::parse(ran.out, "the record of sandbox-build").get<record::Image>();
      if (image.digest != session_.image.digest) tried.problem = "the recipe makes another image by now";
      else if (!image.cached) tried.problem = "it was not cached, and was built";
    }
    wanted->take(tried, counted_);
  }

  void run() {
    if (Row* const wanted = row("run")) wanted->take(try_of(tool::finish({"sandbox-run", run_words(session_), Sibling::Stdout::dropped})), counted_);
  }

  void machine() { yardstick_.once(counted_); }

  bool lives() { return row("launch") || row("first-exec") || row("exec") || row("copy") || row("reap"); }

  void life() {
    if (!lives()) return;
    const Launched launched = launch(session_);
    if (Row* const wanted = row("launch")) wanted->take(try_of(launched.ran), counted_);
    if (!launched.ran.is_good()) return fail_the_rest(launched.ran);
    into_.engine = launched.engine;
    into_.processor = launched.processor;
    const std::vector<std::string> command = {timeout_word(session_.options), kOutputLimit, launched.id, "--", "true"};
    // The second one is no first one, whether that is wanted or not.
    if (row("first-exec") || row("exec")) stage("first-exec", {"sandbox-exec", command, Sibling::Stdout::dropped});
    if (row("exec")) stage("exec", {"sandbox-exec", command, Sibling::Stdout::dropped});
    if (row("copy")) stage("copy", {"sandbox-copy", {"--quiet", copied().native(), launched.id + ":/tmp/"}, Sibling::Stdout::dropped});
    stage("reap", {"sandbox-reap", {"--quiet", launched.id}, Sibling::Stdout::dropped});
  }

  void stage(std::string_view name, Sibling sibling) {
    const Ran ran = tool::finish(std::move(sibling));
    if (Row* const wanted = row(name)) wanted->take(try_of(ran), counted_);
  }

  void fail_the_rest(const Ran& ran) {
    for (const char* name : {"first-exec", "exec", "copy", "reap"})
      if (Row* const wanted = row(name)) wanted->take({0, "no sandbox: " + ran.problem()}, counted_);
  }

  const Session& session_;
  record::Measurements& into_;
  std::vector<Row> rows_;
  Yardstick yardstick_{"stage"};
  Counted counted_ = Counted::no;
  std::mt19937_64 chance_{1};
};

}  // namespace

std::vector<std::string> run_words(const Session& session) {
  std::vector<std::string> words = session.launch_words({timeout_word(session.options), kOutputLimit});
  words.insert(words.end(), {"--", "true"});
  return words;
}

void measure_stages(const Session& session, record::Measurements& measurements) {
  Stages stages(session, measurements);
  if (!stages.has_any()) return;
  session.in_rounds("stages", [&](Counted counted) { stages.round(counted); });
  stages.finish();
}

}  // namespace sandbox::tool
