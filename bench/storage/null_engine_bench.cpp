#include "bench/storage/null_engine_bench.hpp"

#include <fmt/format.h>

#include "bench/measure/clock.hpp"
#include "bench/measure/named_benchmark.hpp"
#include "bench/storage/closed_loop.hpp"
#include "bench/storage/instant_ring.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/open_loop.hpp"

namespace assay {

namespace {

constexpr std::uint64_t span_bytes = std::uint64_t{1} << 40;
constexpr std::uint64_t closed_ns = 50'000'000;
constexpr std::uint64_t rate_ns = 500'000'000;

/// One measured window of 4 KiB reads at random offsets, every latency recorded.
LoopResult measure(LoopSpec spec, std::uint64_t length_ns) {
  spec.seed = 1;
  spec.times = {length_ns / 10, length_ns, length_ns};
  return with_best_clock([&](auto clock) {
    InstantRing ring;
    RandomOffsets offsets(span_bytes, InstantRing::block_bytes, spec.seed);
    if (spec.arrival == Arrival::closed) {
      return run_closed_loop<Operation::read>(ring, clock, offsets, spec, {});
    }
    return run_open_loop<Operation::read>(ring, clock, offsets, spec, {});
  });
}

/// Runs windows as long as Google Benchmark asks for more. The rate is that of the windows: the
/// warm-up before each is not in it.
void run_windows(benchmark::State& state, const LoopSpec& spec, std::uint64_t length_ns) {
  double ops = 0;
  double measured_s = 0;
  for (auto _ : state) {
    const LoopResult loop = measure(spec, length_ns);
    ops += static_cast<double>(loop.ops);
    measured_s += loop.measured_s;
  }
  const double per_s = ops / measured_s;
  state.counters["items_per_second"] = per_s;
  if (spec.rate_per_s > 0)
    state.counters["rate_error_percent"] = 100 * (per_s / spec.rate_per_s - 1);
}

}  // namespace

void register_null_engine_benchmarks() {
  for (const std::uint32_t depth : {1U, 32U, 128U}) {
    add_benchmark(fmt::format("storage/null-engine/qd{}", depth), [depth](benchmark::State& state) {
      LoopSpec spec;
      spec.queue_depth = depth;
      run_windows(state, spec, closed_ns);
    });
  }
  for (const std::uint32_t rate : {1'000U, 10'000U, 100'000U, 1'000'000U, 2'000'000U}) {
    add_benchmark(fmt::format("storage/null-engine/rate/{}", rate),
                  [rate](benchmark::State& state) {
                    LoopSpec spec;
                    spec.queue_depth = InstantRing::queue_depth_max;
                    spec.arrival = Arrival::constant;
                    spec.rate_per_s = rate;
                    run_windows(state, spec, rate_ns);
                  });
  }
}

}  // namespace assay
