#include "languages.hpp"

#include <fmt/format.h>

#include "results/libtest.hpp"

namespace sandbox::tool {

namespace {

using results::Reading;

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool uses_cargo(const Project& project) { return project.has("Cargo.toml"); }

std::string install_cargo(const Project& project) {
  const bool needs_any = holds(project.text("Cargo.toml"), "dependencies]") || holds(project.text("Cargo.lock"), "source = ");
  return needs_any ? "cargo fetch" : "";
}

std::string run_cargo(const Wish& wish) {
  const std::string threads = wish.parallel > 1 ? fmt::format(" -- --test-threads={}", wish.parallel) : "";
  // Test programs first, through a program of ours; then what stands in the documentation, whose
  // harness is in rustdoc.
  return fmt::format(R"(export SANDBOX_CARGO="$R/cargo"
cargo test --offline --no-run || {{ echo 'cargo could not build it' >"$R/build-failed"; exit 101; }}
code=0
cargo --config "target.'cfg(all())'.runner=['$W/reporters/cargo-runner']" test --offline --no-fail-fast --tests{0} || code=$?
if grep -qs '^ *\[lib\]' Cargo.toml || [ -e src/lib.rs ]; then
  cargo test --offline --no-fail-fast --doc -- --logfile "$R/doc.log" >"$R/doc.out" 2>&1
  doc=$?; echo $doc >"$R/doc.code"; cat "$R/doc.out"
  [ $doc = 0 ] || code=$doc
fi
(exit $code))", threads);
}

/// "words-0123456789abcdef" → "words"
std::string program_name(const std::string& file) {
  const std::size_t dash = file.rfind('-');
  return dash != file.npos && file.size() - dash == 17 ? file.substr(0, dash) : file;
}

int code_in(const std::optional<std::string>& text) {
  return text && !text->empty() && text->front() == '0' ? 0 : 101;
}

void read_program(const Remains& remains, const std::string& stem, Reading& reading) {
  results::LibtestFiles files;
  Reading ignored;  // what is missing is said by the reader
  const std::string base = "cargo/" + stem;
  files.suite = program_name(stem);
  files.list = remains.text(base + ".list", ignored);
  files.log = remains.text(base + ".log", ignored);
  files.text = remains.text(base + ".out", ignored).value_or("");
  files.exit = code_in(remains.text(base + ".code", ignored));
  reading.append(results::read_libtest(files));
}

/// Of documentation there is no list: its text has to fit together.
void read_documentation(const Remains& remains, Reading& reading) {
  const auto text = remains.text("doc.out", reading);
  if (!text) return;
  Reading found = results::read_cargo_text(*text);
  for (record::TestCase& test : found.cases()) test.suite = test.suite.empty() ? "documentation" : "documentation of " + test.suite;
  reading.append(std::move(found));
}

Reading read_cargo(const Remains& remains) {
  Reading reading;
  if (remains.has("build-failed")) return reading;
  for (const std::string& name : remains.names("cargo/"))
    if (name.ends_with(".list")) read_program(remains, name.substr(0, name.size() - 5), reading);
  if (remains.has("doc.code")) read_documentation(remains, reading);
  return reading;
}

}  // namespace

std::vector<Runner> rust_runners() {
  return {{"cargo", "cargo", "CARGO_HOME", uses_cargo, install_cargo, run_cargo, read_cargo, false, true, false}};
}

}  // namespace sandbox::tool
