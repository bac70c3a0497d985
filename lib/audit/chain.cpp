#include "audit/chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "digest/sha256.hpp"
#include "record/entry.hpp"
#include "record/fields.hpp"

namespace sandbox::audit {

namespace {

Link link_of(std::string_view line, std::vector<Dropped>& dropped) {
  Link link;
  link.digest = digest::sha256_hex(line);
  try {
    const Json json = record::parse(line, "the log");
    const auto entry = json.get<record::Entry>();
    link.number = entry.number;
    link.previous = entry.previous.value_or("");
    // Written anew it must be the same bytes: two fields of one name are one in a parser's eyes.
    link.is_entry = json.value("schema", "") == record::Entry::kSchema && entry.number > 0 && record::dump(json) == line;
    if (entry.kind == "dropped" && !entry.shortened)
      dropped.push_back({record::field<std::uint64_t>(entry.event, "last"), record::field<std::string>(entry.event, "head")});
  } catch (const Error&) {
    link.is_entry = false;
  }
  return link;
}

using Fault = record::Fault;

Fault fault_at(const Link& where, const char* what, std::uint64_t number, std::string detail) {
  return {what, number, where.file, where.line, std::move(detail)};
}

bool follows(const Link& link, const Link& before) {
  return link.number == before.number + 1 && link.previous == before.digest;
}

/// Looks at one place where the chain breaks, and tells how.
class Break {
 public:
  Break(const std::vector<Link>& links, std::size_t at) : links_(links), at_(at) {}

  Fault fault() const {
    const Link& link = links_[at_];
    if (!link.is_entry)
      return fault_at(link, "edited", before().number + 1, "the line is not an entry as it was written");
    if (std::any_of(links_.begin(), links_.begin() + static_cast<std::ptrdiff_t>(at_),
                    [&](const Link& other) { return other.digest == link.digest; }))
      return fault_at(link, "duplicated", link.number, fmt::format("entry {} is there twice", link.number));
    if (const auto heir = find_after([&](const Link& other) { return follows(other, before()); })) return displaced(*heir);
    if (link.number == before().number + 1) return edited();
    if (link.number <= before().number) return out_of_line();
    const std::uint64_t missing = before().number + 1;
    if (find_after([&](const Link& other) { return other.number == missing; }))
      return fault_at(link, "reordered", missing, fmt::format("entry {} stands where entry {} belongs", link.number, missing));
    return fault_at(link, "removed", missing, fmt::format("entry {} follows entry {}", link.number, before().number));
  }

 private:
  const Link& before() const { return links_[at_ - 1]; }

  template <class Condition>
  std::optional<std::size_t> find_after(Condition&& condition) const {
    for (std::size_t i = at_ + 1; i < links_.size(); ++i)
      if (condition(links_[i])) return i;
    return std::nullopt;
  }

  bool somebody_follows(const Link& link) const {
    return std::any_of(links_.begin(), links_.end(), [&](const Link& other) { return follows(other, link); });
  }

  /// The true successor comes later: what stands in its place was moved here, or never written.
  Fault displaced(std::size_t heir) const {
    const Link& link = links_[at_];
    if (somebody_follows(link))
      return fault_at(link, "reordered", links_[heir].number,
                      fmt::format("entry {} stands where entry {} belongs", link.number, links_[heir].number));
    return fault_at(link, "inserted", link.number, fmt::format("nobody wrote it between entries {} and {}", before().number, links_[heir].number));
  }

  Fault edited() const {
    const Link& link = links_[at_];
    const bool is_confirmed = at_ + 1 == links_.size() || follows(links_[at_ + 1], link);
    return fault_at(before(), "edited", before().number,
                    is_confirmed ? fmt::format("entry {} holds another digest of it", link.number)
                                 : fmt::format("it, or entry {} behind it", link.number));
  }

  Fault out_of_line() const {
    const Link& link = links_[at_];
    for (std::size_t i = 0; i + 1 < at_; ++i)
      if (follows(link, links_[i]))
        return fault_at(links_[i + 1], "inserted", links_[i + 1].number,
                        fmt::format("entry {} holds the digest of entry {}, not of this one", link.number, links_[i].number));
    if (somebody_follows(link))
      return fault_at(link, "reordered", link.number, fmt::format("entry {} follows entry {}", link.number, before().number));
    return fault_at(link, "inserted", link.number, fmt::format("it follows entry {}", before().number));
  }

  const std::vector<Link>& links_;
  std::size_t at_;
};

/// Whether a log may begin with this entry: the first ever, or the first that was not dropped.
bool may_begin(const Link& link, const Chain& chain) {
  if (link.number == 1 && link.previous.empty()) return true;
  return std::any_of(chain.dropped.begin(), chain.dropped.end(), [&](const Dropped& dropped) {
    return dropped.last + 1 == link.number && dropped.head == link.previous;
  });
}

std::optional<Fault> fault_at_the_beginning(const Chain& chain) {
  const Link& first = chain.links.front();
  std::uint64_t wanted = 1;
  for (const Dropped& dropped : chain.dropped) wanted = std::max(wanted, dropped.last + 1);
  if (!first.is_entry) return fault_at(first, "edited", wanted, "the line is not an entry as it was written");
  if (may_begin(first, chain)) return std::nullopt;
  for (const Link& link : chain.links)
    if (may_begin(link, chain))
      return fault_at(first, "reordered", link.number, fmt::format("the log begins with entry {}", first.number));
  if (first.number <= wanted) return fault_at(first, "edited", first.number, "it holds the digest of no entry");
  return fault_at(first, "removed", wanted,
                  fmt::format("the log begins with entry {}, and no entry says that those before it were dropped", first.number));
}

}  // namespace

Chain read_chain(const std::vector<LogFile>& files) {
  Chain chain;
  for (const LogFile& file : files) {
    Lines lines(file);
    std::uint64_t number = 0;
    while (const auto line = lines.next()) {
      chain.links.push_back(link_of(*line, chain.dropped));
      chain.links.back().file = file.name;
      chain.links.back().line = ++number;
    }
    if (lines.rest() == 0) continue;
    chain.torn_bytes += lines.rest();
    if (file.name == kCurrentName) continue;
    // A writer that died leaves a torn line only where lines are written: in the current file.
    chain.links.push_back({false, 0, "", "", file.name, number + 1});
  }
  return chain;
}

std::optional<record::Fault> find_fault(const Chain& chain) {
  if (chain.links.empty()) return std::nullopt;
  if (auto fault = fault_at_the_beginning(chain)) return fault;
  for (std::size_t i = 1; i < chain.links.size(); ++i)
    if (!chain.links[i].is_entry || !follows(chain.links[i], chain.links[i - 1])) return Break(chain.links, i).fault();
  return std::nullopt;
}

record::Anchor check_anchor(const Chain& chain, const Head& head) {
  for (const Dropped& dropped : chain.dropped)
    if (dropped.last == head.number)
      return {head.text(), dropped.head == head.digest,
              dropped.head == head.digest ? "the last of those that were dropped" : "another entry was dropped under this number"};
  const auto found = std::find_if(chain.links.begin(), chain.links.end(), [&](const Link& link) { return link.number == head.number; });
  if (found != chain.links.end())
    return {head.text(), found->digest == head.digest,
            found->digest == head.digest ? "" : fmt::format("entry {} is not the one that was published", head.number)};
  const std::uint64_t last = chain.links.empty() ? 0 : chain.links.back().number;
  if (head.number > last) return {head.text(), false, fmt::format("the log ends with entry {}: {} removed from its end", last, head.number - last)};
  return {head.text(), false, fmt::format("entry {} is not there any more", head.number)};
}

record::Verified verify(const Chain& chain, const std::vector<Head>& anchors) {
  record::Verified verified;
  verified.entries = chain.links.size();
  if (!chain.links.empty()) {
    verified.first = std::max<std::uint64_t>(1, chain.links.front().number);
    verified.last = std::max<std::uint64_t>(1, chain.links.back().number);
    verified.head = Head{*verified.last, chain.links.back().digest}.text();
    if (chain.links.back().digest.empty()) verified.head = std::nullopt;
  }
  verified.torn_bytes = chain.torn_bytes;
  verified.fault = find_fault(chain);
  for (const Head& head : anchors) verified.anchors.push_back(check_anchor(chain, head));
  verified.intact = !verified.fault && std::all_of(verified.anchors.begin(), verified.anchors.end(), [](const auto& anchor) { return anchor.holds; });
  return verified;
}

}  // namespace sandbox::audit
