#include "runners/run/run_plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/gpu/gpu_bench.hpp"
#include "bench/gpu/pipeline_case.hpp"
#include "bench/measure/noise.hpp"
#include "bench/measure/not_applicable.hpp"
#include "bench/memory/memory_bench.hpp"
#include "bench/storage/storage_case.hpp"
#include "bench/storage/storage_parts.hpp"
#include "reports/limits/classify.hpp"
#include "reports/target_text.hpp"
#include "runners/plan/execution_order.hpp"
#include "runners/plan/preconditioning.hpp"
#include "runners/run/late_choices.hpp"
#include "runners/run/open_targets.hpp"
#include "runners/run/undone_cases.hpp"

namespace assay {

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

std::uint32_t gpu_index_of(const std::string& target_id) {
  std::uint32_t index = 0;
  std::from_chars(target_id.data() + std::min<std::size_t>(3, target_id.size()),
                  target_id.data() + target_id.size(), index);
  return index;
}

/// JSON has no NaN or infinity: such a metric is a defect, told in a flag, and must not spoil the
/// rest.
void drop_non_finite(CaseResult& result) {
  const auto odd = [&](const Metric& metric) {
    if (std::isfinite(metric.value)) return false;
    result.flags.push_back(metric.name + " had no finite value and was dropped");
    return true;
  };
  result.metrics.erase(std::remove_if(result.metrics.begin(), result.metrics.end(), odd),
                       result.metrics.end());
}

/// When the runs before this one (of a resumed journal) ended, in s since the first one's start.
double end_of_cases(const Result& result) {
  double end_s = 0;
  for (const CaseResult& item : result.cases)
    end_s = std::max(end_s, item.start_s + item.elapsed_s);
  return end_s;
}

/// Owns the state of one run through a Plan.
class PlanRun {
 public:
  PlanRun(Result& result, const Journal& journal, Progress& progress, const std::atomic<bool>& stop,
          const DeviceHooks& hooks)
      : result_(result),
        journal_(journal),
        progress_(progress),
        stop_(stop),
        control_{&stop, [&progress](const LiveRates& rates) { progress.live(rates); }},
        targets_(result, journal, progress, hooks),
        steps_(execution_order(result.plan)),
        offset_s_(end_of_cases(result)),
        measured_(std::move(result.cases)) {
    result_.cases.clear();
    restore_rates();
  }

  void run() {
    if (!stop_) open_remaining();
    for (std::size_t i = 0; i < steps_.size() && !stop_; ++i) {
      const Case& item = result_.plan.cases[steps_[i].case_index];
      if (is_measured(item, steps_[i].round)) continue;
      if (!uses_storage(item)) targets_.close();
      step(item, i);
    }
    is_complete_ = std::all_of(steps_.begin(), steps_.end(), [&](const Step& one) {
      return is_measured(result_.plan.cases[one.case_index], one.round);
    });
    targets_.close();
    gather();
  }

  bool is_complete() const { return is_complete_; }

  Threads threads() const { return gpus_.has_hung() ? Threads::left_behind : Threads::ended; }

 private:
  bool is_measured(const Case& item, std::uint32_t round) const {
    return find_measured(item, round) != nullptr;
  }

  const CaseResult* find_measured(const Case& item, std::uint32_t round) const {
    const auto found = std::find_if(measured_.begin(), measured_.end(), [&](const CaseResult& one) {
      return one.id == item.id && one.round == round;
    });
    return found == measured_.end() ? nullptr : &*found;
  }

  /// Before the clocks of the cases, of which filling is no part. What a run before this one had
  /// filled may be gone, and with it what the preconditioning did: those cases run again, and may
  /// need more targets.
  void open_remaining() {
    for (bool complete = false; !complete && !stop_;) {
      tell_measured();
      const std::size_t measured = measured_.size();
      const std::size_t filled = result_.preparations.size();
      targets_.open_all(remaining_storage_cases(), control_);
      for (std::size_t i = filled; i < result_.preparations.size(); ++i) {
        drop_undone(result_.plan, result_.preparations[i].target, measured_);
      }
      complete = measured_.size() == measured;
    }
  }

  std::vector<const Case*> remaining_storage_cases() const {
    std::vector<const Case*> remaining;
    for (const Step& one : steps_) {
      const Case& item = result_.plan.cases[one.case_index];
      const bool needs_target = uses_storage(item) && item.skip_reason.empty();
      if (needs_target && !is_measured(item, one.round)) remaining.push_back(&item);
    }
    return remaining;
  }

  void tell_measured() {
    std::vector<bool> measured;
    for (const Step& one : steps_) {
      measured.push_back(is_measured(result_.plan.cases[one.case_index], one.round));
    }
    progress_.set_measured(std::move(measured));
  }

  void step(const Case& item, std::size_t index) {
    const NoiseMeter noise;
    const double start_s = offset_s_ + seconds_since(run_start_);
    CaseResult measured = measured_or_reason(item, index);
    if (stop_) return;
    measured.id = item.id;
    measured.round = steps_[index].round;
    measured.start_s = start_s;
    measured.elapsed_s = offset_s_ + seconds_since(run_start_) - start_s;
    if (item.skip_reason.empty()) measured.noise = noise.end();
    drop_non_finite(measured);
    try {
      journal_.append(measured);
    } catch (const std::exception& error) {
      progress_.note(
          fmt::format("the journal cannot be written ({}): the run goes on, but a crash "
                      "would lose it",
                      error.what()));
    }
    progress_.end(index + 1, measured);
    measured_.push_back(std::move(measured));
  }

  CaseResult measured_or_reason(const Case& item, std::size_t index) {
    CaseResult result;
    try {
      if (item.skip_reason.empty()) return measure(item, index);
      result.status = CaseStatus::skipped;
      result.reason = item.skip_reason;
    } catch (const NotApplicable& reason) {
      result.status = CaseStatus::skipped;
      result.reason = reason.what();
    } catch (const std::exception& error) {
      result.status = CaseStatus::failed;
      result.reason = error.what();
    }
    return result;
  }

  CaseResult measure(const Case& item, std::size_t index) {
    if (item.storage) return measure_storage(item, index);
    progress_.begin(index + 1, item.id);
    if (item.memory) return run_memory_case(item, control_);
    if (item.pipeline) return measure_pipeline(item);
    std::vector<std::uint32_t> gpus;
    const Target* const target = find_target(result_.plan, item.target);
    if (target != nullptr) {
      for (const std::string& member : target->members) gpus.push_back(gpu_index_of(member));
    }
    if (gpus.empty()) gpus = {gpu_index_of(item.target)};
    return gpus_.run(item, gpus, control_);
  }

  CaseResult measure_pipeline(const Case& item) {
    const Target* target = find_target(result_.plan, item.target);
    const bool is_set = target->kind == TargetKind::target_set;
    const std::vector<StorageSession*> sessions =
        targets_.sessions(is_set ? target->members : std::vector<std::string>{item.target});
    if (control_.stop_requested()) return {};
    return run_pipeline_case(gpus_, item, sessions, result_.plan.seed, control_);
  }

  CaseResult measure_storage(const Case& item, std::size_t index) {
    Case now = item;
    std::vector<NamedText> chosen;
    std::string runs_on = item.target;
    const Target* target = find_target(result_.plan, item.target);
    if (target->kind == TargetKind::slowest_of_set) {
      const SlowestMember slowest = slowest_member(result_.plan, *target, measured_);
      runs_on = slowest.target;
      chosen.emplace_back(slowest_entry, slowest.target + ": " + slowest.reason);
    }
    if (item.storage->rate_refinement) chosen.push_back(refine_rate(now));
    if (now.storage->rate_percent > 0) chosen.push_back(set_rate(now, runs_on));
    const std::uint32_t round = steps_[index].round;
    if (round > 0) {
      now.duration_s /= result_.plan.rounds;
      if (now.confidence) now.confidence->minimum_s /= result_.plan.rounds;
    }
    const bool is_set = target->kind == TargetKind::target_set;
    const std::vector<std::string> targets =
        is_set ? target->members : std::vector<std::string>{runs_on};
    const std::vector<StorageSession*> sessions = targets_.sessions(targets);
    if (control_.stop_requested()) return {};
    progress_.begin(index + 1, item.id);
    CaseResult result = run_storage_case(now, sessions, result_.plan.seed + round, control_);
    if (round == 0) describe_stop(now, result);
    describe_overwritten(result_.plan, result_.host, now, targets, result);
    result.method.insert(result.method.end(), chosen.begin(), chosen.end());
    return result;
  }

  /// The rate that is this case's share of the highest one, which the Plan then tells. Of a set the
  /// highest rate is that of all members together, and each is offered its part of the share.
  void take_share(Case& now, double highest) {
    offer(now, highest * now.storage->rate_percent / 100);
  }

  /// Sets the rate of a case, of all members of a set together.
  void offer(Case& now, double rate_per_s) {
    const Target* target = find_target(result_.plan, now.target);
    const bool is_set = target != nullptr && target->kind == TargetKind::target_set;
    const std::size_t members = is_set ? std::max<std::size_t>(1, target->members.size()) : 1;
    now.storage->rate_per_s = rate_per_s / static_cast<double>(members);
    for (Case& item : result_.plan.cases) {
      if (item.id != now.id) continue;
      item.storage->rate_percent = now.storage->rate_percent;
      item.storage->rate_per_s = now.storage->rate_per_s;
    }
  }

  /// The choices of the runs before this one, which a journal does not hold: made again, in their
  /// order, from the same results. A rate is told by its own result, since what it was a share of
  /// may have been measured again.
  void restore_rates() {
    for (const Step& one : steps_) {
      Case now = result_.plan.cases[one.case_index];
      if (!now.storage || !is_measured(now, one.round)) continue;
      if (now.storage->rate_refinement) {
        const auto refined = refined_rate(result_.plan, now, measured_);
        if (refined) now.storage->rate_percent = refined->percent;
      }
      if (!(now.storage->rate_percent > 0)) continue;
      const auto offered = metric_value(find_measured(now, one.round)->metrics, "rate/intended");
      if (offered) {
        offer(now, *offered);
      } else {
        const std::string target = ran_on(result_.plan, now, *find_measured(now, one.round));
        take_share(now, highest_rate(result_.plan, now, target, measured_));
      }
    }
  }

  /// The next rate of an adaptive grid, as a share of the highest.
  NamedText refine_rate(Case& now) {
    const auto refined = refined_rate(result_.plan, now, measured_);
    if (!refined) {
      throw NotApplicable(fmt::format(
          "no two rates with a p99 are {:g} points or more apart: there is nothing to refine",
          refined_width_percent_min));
    }
    now.storage->rate_percent = refined->percent;
    return {"refined rate", refined->reason};
  }

  /// A rate that is a share of the highest one found, which the Plan then tells.
  NamedText set_rate(Case& now, const std::string& target) {
    const double highest = highest_rate(result_.plan, now, target, measured_);
    if (!(highest > 0)) {
      throw NotApplicable(
          "the rate is a share of the highest of closed loops of the same I/O, and none ended "
          "well");
    }
    take_share(now, highest);
    return {"rate",
            fmt::format("{:g} % of {:.0f} I/Os a second, the highest of closed loops of the "
                        "same I/O",
                        now.storage->rate_percent, highest)};
  }

  /// Puts parts together and the cases in the Plan's order.
  void gather() {
    for (const Case& item : result_.plan.cases) {
      std::vector<CaseResult> parts;
      for (CaseResult& one : measured_) {
        if (one.id == item.id) parts.push_back(std::move(one));
      }
      if (parts.empty()) continue;
      if (parts.front().round == 0) {
        result_.cases.push_back(std::move(parts.front()));
        continue;
      }
      CaseResult whole = merge_parts(item, parts);
      describe_stop(item, whole);
      if (parts.size() < result_.plan.rounds && whole.status == CaseStatus::ok) {
        whole.flags.push_back(
            fmt::format("{} of {} parts were measured", parts.size(), result_.plan.rounds));
      }
      drop_non_finite(whole);
      result_.cases.push_back(std::move(whole));
    }
  }

  Result& result_;
  const Journal& journal_;
  Progress& progress_;
  const std::atomic<bool>& stop_;
  RunControl control_;
  OpenTargets targets_;
  GpuBench gpus_;
  std::vector<Step> steps_;
  double offset_s_;
  SteadyClock::time_point run_start_ = SteadyClock::now();
  bool is_complete_ = false;
  std::vector<CaseResult> measured_;  // cases and parts of cases, in the order measured
};

}  // namespace

PlanEnd run_plan(Result& result, const Journal& journal, Progress& progress,
                 const std::atomic<bool>& stop, const DeviceHooks& hooks,
                 const AdvertisedLimits& instance) {
  const NoiseMeter run_noise;
  PlanRun run(result, journal, progress, stop, hooks);
  run.run();
  result.noise = run_noise.end();
  classify_limits(result, instance);
  return {run.threads(), run.is_complete()};
}

bool is_finished(const Result& result) {
  const std::vector<Step> steps = execution_order(result.plan);
  return std::all_of(steps.begin(), steps.end(), [&](const Step& step) {
    const Case& item = result.plan.cases[step.case_index];
    return std::any_of(result.cases.begin(), result.cases.end(), [&](const CaseResult& one) {
      return one.id == item.id && one.round == step.round;
    });
  });
}

int exit_code_of(const Result& result) {
  if (!result.partial.empty()) return 4;
  bool required_ok = false;
  for (const CaseResult& item : result.cases) {
    if (item.status == CaseStatus::failed) return 1;
    const Case* definition = find_case(result.plan, item.id);
    required_ok = required_ok ||
                  (item.status == CaseStatus::ok && definition != nullptr && definition->required);
  }
  return required_ok ? 0 : 1;
}

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace assay
