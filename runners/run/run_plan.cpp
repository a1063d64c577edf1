#include "runners/run/run_plan.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

#include "bench/gpu/gpu_bench.hpp"
#include "bench/measure/noise.hpp"
#include "bench/memory/memory_bench.hpp"
#include "bench/storage/storage_session.hpp"
#include "reports/limits/classify.hpp"

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

/// Owns the storage target that is open: one at a time, so that one test file at a time takes
/// space.
class OpenTarget {
 public:
  OpenTarget(Result& result, const Journal& journal, Progress& progress, const DeviceHooks& hooks)
      : result_(result), journal_(journal), progress_(progress), hooks_(hooks) {}

  /// Opens and fills the case's target when it is not open yet.
  void open_for(const Case& item, std::size_t number, const RunControl& control) {
    if (item.target != id_) open(item, number, control);
  }

  /// The open session. Throws what opening threw, for every case of that target without trying
  /// again.
  StorageSession& session() {
    if (!session_) throw std::runtime_error(failure_);
    return *session_;
  }

 private:
  /// The device in the Plan is the one that was filled: its serial number was compared on resuming.
  EarlierFill earlier_fill_of(const Target& target) const {
    const auto is_whole = [&](const Preparation& done) {
      return done.target == target.id && done.bytes == target.span_bytes;
    };
    return std::any_of(result_.preparations.begin(), result_.preparations.end(), is_whole)
               ? EarlierFill::counts
               : EarlierFill::none;
  }

  void open(const Case& item, std::size_t number, const RunControl& control) {
    session_.reset();
    id_ = item.target;
    const Target* target = find_target(result_.plan, item.target);
    if (target == nullptr) throw std::logic_error("a case without a target");
    progress_.begin(number, fmt::format("fill {} before its cases", target->label));
    try {
      session_.emplace(*target, result_.plan.seed, control, hooks_.admin, hooks_.guard,
                       earlier_fill_of(*target));
    } catch (const std::exception& error) {
      failure_ = error.what();
      return;
    }
    if (control.stop_requested() || !session_->preparation()) return;
    Preparation preparation = *session_->preparation();
    preparation.finished_utc = utc_now();
    result_.preparations.push_back(preparation);
    try {
      journal_.append(preparation);
    } catch (const std::exception& error) {
      progress_.note(fmt::format("the journal cannot be written ({})", error.what()));
    }
  }

  Result& result_;
  const Journal& journal_;
  Progress& progress_;
  const DeviceHooks& hooks_;
  std::string id_;
  std::optional<StorageSession> session_;
  std::string failure_;
};

CaseResult measure(const Case& item, std::size_t number, OpenTarget& open_target,
                   Progress& progress, const RunControl& control) {
  if (item.storage) {
    StorageSession& session = open_target.session();
    if (control.stop_requested()) return {};
    progress.begin(number, item.id);
    return session.run(item, control);
  }
  progress.begin(number, item.id);
  if (item.memory) return run_memory_case(item, control);
  return run_gpu_case(item, gpu_index_of(item.target), control);
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

}  // namespace

void run_plan(Result& result, const Journal& journal, Progress& progress,
              const std::atomic<bool>& stop, const DeviceHooks& hooks) {
  RunControl control{&stop, [&](const LiveRates& rates) { progress.live(rates); }};
  const auto run_start = SteadyClock::now();
  const double offset_s = end_of_cases(result);
  const NoiseMeter run_noise;
  OpenTarget open_target(result, journal, progress, hooks);
  for (std::size_t i = 0; i < result.plan.cases.size() && !stop; ++i) {
    const Case& item = result.plan.cases[i];
    if (find_case_result(result, item.id) != nullptr) continue;
    // Before the clocks of the case: filling is no part of it.
    if (item.storage && item.skip_reason.empty()) open_target.open_for(item, i + 1, control);
    const NoiseMeter noise;
    const double start_s = offset_s + seconds_since(run_start);
    CaseResult measured;
    try {
      if (item.skip_reason.empty()) {
        measured = measure(item, i + 1, open_target, progress, control);
      } else {
        measured.status = CaseStatus::skipped;
        measured.reason = item.skip_reason;
      }
    } catch (const std::exception& error) {
      measured = {};
      measured.status = CaseStatus::failed;
      measured.reason = error.what();
    }
    if (stop) break;
    measured.id = item.id;
    measured.start_s = start_s;
    measured.elapsed_s = offset_s + seconds_since(run_start) - start_s;
    if (item.skip_reason.empty()) measured.noise = noise.end();
    drop_non_finite(measured);
    try {
      journal.append(measured);
    } catch (const std::exception& error) {
      progress.note(
          fmt::format("the journal cannot be written ({}): the run goes on, but a crash "
                      "would lose it",
                      error.what()));
    }
    progress.end(i + 1, measured);
    result.cases.push_back(std::move(measured));
  }
  result.noise = run_noise.end();
  classify_limits(result);
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
