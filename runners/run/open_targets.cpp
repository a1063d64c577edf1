#include "runners/run/open_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "runners/run/run_plan.hpp"

namespace assay {

namespace {

/// Adds up what several fills tell of themselves, for one progress line.
class SharedProgress {
 public:
  SharedProgress(const RunControl& control, std::size_t count) : control_(control), rates_(count) {}

  RunControl part(std::size_t index) {
    return {control_.stop, [this, index](const LiveRates& rates) { tell(index, rates); }};
  }

 private:
  void tell(std::size_t index, const LiveRates& rates) {
    const std::lock_guard lock(mutex_);
    rates_[index] = rates.bytes_per_s;
    double sum = 0;
    for (const double rate : rates_) sum += rate;
    control_.progress({0, sum});
  }

  const RunControl& control_;
  std::mutex mutex_;
  std::vector<double> rates_;
};

}  // namespace

/// How far the run filled a target before it was interrupted. The device in the Plan is the one
/// that was filled: its serial number was compared on resuming.
std::uint64_t OpenTargets::filled_before(const Target& target) const {
  std::uint64_t most = 0;
  for (const Preparation& done : result_.preparations) {
    if (done.target == target.id) most = std::max(most, done.bytes);
  }
  return most;
}

void OpenTargets::record(const Preparation& preparation) {
  result_.preparations.push_back(preparation);
  try {
    journal_.append(preparation);
  } catch (const std::exception& error) {
    progress_.note(fmt::format("the journal cannot be written ({})", error.what()));
  }
}

void OpenTargets::record_fill(const Target& target, const StorageSession& session,
                              const RunControl& control) {
  if (!session.preparation()) return;
  // What was filled of a test file is gone with it; a device keeps it for the run that goes on.
  if (control.stop_requested() && !target.overwrite) return;
  Preparation preparation = *session.preparation();
  preparation.finished_utc = utc_now();
  record(preparation);
}

void OpenTargets::open_all(const std::vector<const Case*>& cases, const RunControl& control) {
  std::set<std::string> needed;
  for (const Case* item : cases) {
    const Target* target = find_target(result_.plan, item->target);
    if (target == nullptr) throw std::logic_error("a case without a target");
    if (target->members.empty()) needed.insert(target->id);
    needed.insert(target->members.begin(), target->members.end());
  }
  std::vector<const Target*> targets;
  for (const Target& target : result_.plan.targets) {
    if (needed.count(target.id) > 0 && opened_.count(target.id) == 0) targets.push_back(&target);
  }
  if (targets.empty()) return;
  progress_.note_filling(targets.size() == 1 ? targets.front()->label
                                             : fmt::format("{} targets", targets.size()));
  for (const Target* target : targets) opened_[target->id] = {};
  SharedProgress shared(control, targets.size());
  std::vector<std::uint64_t> before;
  before.reserve(targets.size());
  for (const Target* target : targets) before.push_back(filled_before(*target));
  std::mutex recording;
  const auto fill = [&](std::size_t i) {
    Opened& opened = opened_.at(targets[i]->id);
    try {
      opened.session = std::make_unique<StorageSession>(
          *targets[i], result_.plan.seed, shared.part(i), hooks_.admin, hooks_.guard, before[i]);
    } catch (const std::exception& error) {
      opened.failure = error.what();
      return;
    }
    // At once: a power cut while another disk is filled for hours loses none of this one.
    const std::lock_guard lock(recording);
    record_fill(*targets[i], *opened.session, control);
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < targets.size(); ++i) threads.emplace_back(fill, i);
    fill(0);
  }
}

std::vector<StorageSession*> OpenTargets::sessions(const std::vector<std::string>& target_ids) {
  std::vector<StorageSession*> found;
  for (const std::string& id : target_ids) {
    const Opened& opened = opened_.at(id);
    if (!opened.session) throw std::runtime_error(opened.failure);
    found.push_back(opened.session.get());
  }
  return found;
}

void OpenTargets::close() { opened_.clear(); }

}  // namespace assay
