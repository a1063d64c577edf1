#include "bench/storage/recorder.hpp"

#include "bench/measure/noise.hpp"

namespace assay {

namespace {

constexpr std::uint32_t tick_latency_bits = 2;  // 4 buckets an octave are enough for a heat map

LatencyHistogram& histogram_of(LoopResult& result, IoClass io_class) {
  if (io_class == IoClass::read) return result.reads;
  return io_class == IoClass::write ? result.writes : result.commits;
}

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

}  // namespace

void Recorder::begin(std::uint64_t system_calls) {
  result_ = {};
  for (LatencyHistogram& latency : tick_latency_) latency.clear();
  system_calls_begin_ = system_calls;
  cpu_ns_begin_ = process_cpu_ns();
}

void Recorder::close_tick(std::uint64_t start_ns, std::uint64_t end_ns) {
  Tick tick;
  tick.start_s = seconds(start_ns - phases_.measure_start_ns());
  tick.length_s = seconds(end_ns - start_ns);
  LatencyHistogram all;
  for (const IoClass io_class : {IoClass::read, IoClass::write, IoClass::commit}) {
    LatencyHistogram& latency = tick_latency_[static_cast<std::size_t>(io_class)];
    all.merge(latency);
    histogram_of(result_, io_class).merge(latency);
    latency.clear();
  }
  tick.latency = all.sparse(tick_latency_bits);
  tick.ops = tick.latency.count;
  tick.bytes = tick.ops * block_size_;
  result_.ops += tick.ops;
  result_.bytes += tick.bytes;
  result_.ticks.push_back(std::move(tick));
}

bool Recorder::cross(std::uint64_t now_ns, std::uint64_t system_calls) {
  for (;;) {
    const std::uint64_t start_ns = phases_.tick_start_ns();
    const std::uint64_t boundary_ns = phases_.next_ns();
    const PhaseEvent event = phases_.pass(now_ns);
    if (event == PhaseEvent::none) return !result_.finished;
    if (event == PhaseEvent::measure_begins) {
      begin(system_calls);
      continue;
    }
    close_tick(start_ns, boundary_ns);
    const Tick& tick = result_.ticks.back();
    control_.progress({static_cast<double>(tick.ops) / tick.length_s,
                       static_cast<double>(tick.bytes) / tick.length_s});
    if (event == PhaseEvent::measure_ends) {
      result_.finished = true;
      result_.measured_s = seconds(boundary_ns - phases_.measure_start_ns());
      result_.system_calls = system_calls - system_calls_begin_;
      result_.cpu_ns = process_cpu_ns() - cpu_ns_begin_;
    }
  }
}

void Recorder::count_error(std::int32_t result) { ++result_.errors[result < 0 ? result : 0]; }

}  // namespace assay
