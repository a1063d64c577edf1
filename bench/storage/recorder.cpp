#include "bench/storage/recorder.hpp"

#include "bench/measure/noise.hpp"

namespace assay {

namespace {

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

}  // namespace

void Recorder::begin(std::uint64_t system_calls) {
  result_ = {};
  errors_in_tick_ = 0;
  open_->clear();
  system_calls_before_ = system_calls;
  cpu_ns_before_ = process_cpu_ns();
}

bool Recorder::close_tick(std::uint64_t start_ns, std::uint64_t end_ns,
                          std::uint64_t system_calls) {
  const std::uint64_t cpu_ns = process_cpu_ns();
  open_->start_s = seconds(start_ns - phases_.measure_start_ns());
  open_->length_s = seconds(end_ns - start_ns);
  open_->system_calls = system_calls - system_calls_before_;
  open_->cpu_ns = cpu_ns - cpu_ns_before_;
  system_calls_before_ = system_calls;
  cpu_ns_before_ = cpu_ns;
  const std::uint64_t ops = open_->ops();
  if (open_->bytes == 0) open_->bytes = ops * block_size_;
  // A device that fails everything, as one that was taken away does, need not be asked on and on.
  const bool all_failed = ops == 0 && errors_in_tick_ > 0;
  errors_in_tick_ = 0;
  if (sink_ != nullptr) {
    const bool go_on = sink_->take(open_) && !all_failed;
    latency_ = open_->latency.data();
    return go_on;
  }

  result_.add(*open_);
  result_.ticks.push_back(tick_of(*open_));
  result_.measured_s = open_->start_s + open_->length_s;
  result_.window_end_s = result_.measured_s;
  const Tick& tick = result_.ticks.back();
  control_.progress({static_cast<double>(tick.ops) / tick.length_s,
                     static_cast<double>(tick.bytes) / tick.length_s});
  open_->clear();
  return !all_failed;
}

bool Recorder::cross(std::uint64_t now_ns, std::uint64_t system_calls) {
  while (!ended_) {
    const std::uint64_t start_ns = phases_.tick_start_ns();
    const std::uint64_t boundary_ns = phases_.next_ns();
    const PhaseEvent event = phases_.pass(now_ns);
    if (event == PhaseEvent::none) return true;
    if (event == PhaseEvent::measure_begins) {
      begin(system_calls);
      continue;
    }
    const bool go_on = close_tick(start_ns, boundary_ns, system_calls);
    ended_ = !go_on || event == PhaseEvent::measure_ends;
    result_.finished = ended_;
  }
  return false;
}

void Recorder::count_error(std::int32_t result) {
  ++result_.errors[result < 0 ? result : 0];
  ++errors_in_tick_;
}

}  // namespace assay
