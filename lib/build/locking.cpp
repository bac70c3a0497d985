#include "build/locking.hpp"

#include "base/error.hpp"

namespace sandbox::build {

Locking::Locking(const Recipe& recipe, Mode mode, const std::optional<Locked>& source, const std::vector<Step>& steps)
    : file_(lock_file_of(recipe.folder)), next_{file_.native(), debian_architecture(), {}, {}}, first_(source ? 1 : 0), updates_(mode == Mode::update) {
  if (source) next_.entries.push_back(*source);
  for (const Step& step : steps)
    if (step.lockable) next_.entries.push_back(*step.lockable);
  if (updates_) return;
  lock_ = read_lock_if_any(recipe.folder);
  if (lock_) check_fits(*lock_, next_.entries);
}

void Locking::tell(std::vector<Step>& steps) {
  std::size_t next = first_;
  for (Step& step : steps) {
    if (!step.lockable) continue;
    Locked& taken = next_.entries[next];
    const Locked* const locked = lock_ ? &lock_->entries[next] : nullptr;
    ++next;
    if (!step.ages) continue;  // its source was looked at already
    step.locked = locked;
    step.taken = updates_ && !locked ? &taken : nullptr;
  }
}

void Locking::write() {
  const std::string text = lock_text(next_);
  lock_ = parse_lock(text, file_.native());  // what the packages say of themselves may be anything
  replace_file(file_, text, 0644);
}

}  // namespace sandbox::build
