#include "update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "cli/output.hpp"
#include "cli/interrupt.hpp"
#include "cli/warn.hpp"
#include "osv/download.hpp"
#include "osv/source.hpp"
#include "scan/vulnerabilities.hpp"
#include "store/unfinished.hpp"

namespace sandbox::tool {

int update(const Options& options) {
  const bool fetches = std::ranges::any_of(options.sources, osv::is_url);
  // A database elsewhere, from files that are here, needs no store.
  const auto store = fetches || !options.database ? std::optional(store::Store::open()) : std::nullopt;
  const auto fetched = fetches ? std::optional(store::Unfinished::create(*store)) : std::nullopt;
  cli::Progress progress("sandbox-scan", options.quiet);
  scan::VulnerabilityUpdate update(options.database ? Path(*options.database) : store->vulnerabilities());
  std::uint64_t refused = 0;
  for (const std::string& source : options.sources) {
    progress.stage(source);
    const Path file = osv::is_url(source) ? osv::download(source, fetched->path(), cli::stop_if_interrupted) : Path(source);
    osv::each_record(file, [&](std::string_view record) {
      cli::stop_if_interrupted();
      refused += update.add(record) ? 0 : 1;
      if (update.added() % 1000 == 0) progress.note(fmt::format("{} records", update.added()));
    });
    progress.done();
  }
  if (update.added() == 0) throw Error(ExitCode::input, "no record of OSV is there", "sandbox-scan(1) says what a source is");
  update.commit();
  if (refused > 0) cli::warn(fmt::format("{} files or lines were no records of OSV", refused));
  write_all(1, fmt::format("{}\n", update.added()), "stdout");
  return static_cast<int>(ExitCode::ok);
}

}  // namespace sandbox::tool
