#pragma once
// Chain: whether a log is what was written. Every line's digest stands in the next one; the
// last is vouched for only by a head that was published, and so is a log that somebody wrote
// anew as a whole.
#include <string>
#include <vector>

#include "audit/files.hpp"
#include "record/verified.hpp"

namespace sandbox::audit {

/// What one line says of itself and of the one before it.
struct Link {
  bool is_entry = true;
  std::uint64_t number = 0;
  std::string previous;  ///< empty: none, as in the first
  std::string digest;    ///< of this line
  std::string file;
  std::uint64_t line = 0;
};

/// Entries that a `dropped` entry of the log says were removed on purpose.
struct Dropped {
  std::uint64_t last = 0;
  std::string head;
};

struct Chain {
  std::vector<Link> links;
  std::vector<Dropped> dropped;
  std::uint64_t torn_bytes = 0;
};

Chain read_chain(const std::vector<LogFile>& files);

/// The first edited, removed, reordered, duplicated or inserted entry.
std::optional<record::Fault> find_fault(const Chain& chain);

/// Whether the log still has the entry that a published head names.
record::Anchor check_anchor(const Chain& chain, const Head& head);

record::Verified verify(const Chain& chain, const std::vector<Head>& anchors);

}  // namespace sandbox::audit
