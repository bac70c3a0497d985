// sandbox-osv: what sandbox-scan --update-db becomes, and speaks as.
#include "cli/interrupt.hpp"
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "update.hpp"

namespace {

using namespace sandbox;

int run(int argc, char** argv) {
  tool::Options chosen;
  cli::Options options("sandbox-osv", "Started by sandbox-scan --update-db");
  options.option("SOURCE", chosen.sources, "", "A folder, .zip, .json or .jsonl, or an https URL of one");
  options.option("--db", chosen.database, "FILE", "The database, instead of the store's");
  options.flag("-q,--quiet", chosen.quiet, "No progress");
  options.parse(argc, argv);
  cli::note_interrupts();
  try {
    return tool::update(chosen);
  } catch (const cli::Interrupted& interrupted) {  // the database is as it was, and what was fetched is gone
    cli::end_by(interrupted);
  }
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-scan", argc, argv, run); }
