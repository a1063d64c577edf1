#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/measure/run_control.hpp"

namespace assay {

using SteadyClock = std::chrono::steady_clock;

/// Seconds as a duration of the clock, and seconds since a moment.
inline SteadyClock::duration as_clock(double seconds) {
  return std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(seconds));
}
inline double elapsed_s(SteadyClock::time_point since) {
  return std::chrono::duration<double>(SteadyClock::now() - since).count();
}

/// One series of samples of one benchmark. It ends with the first sample that completes at or after
/// the deadline, once there are `samples_min`.
struct SamplePlan {
  std::string name;
  std::uint64_t iterations = 1;  // in each sample
  std::size_t samples_min = 1;
  SteadyClock::time_point deadline;
};

/// The series that takes samples of sample_length_s until `deadline`, and at least 10 of them, of
/// iterations that take about `iteration_s` seconds.
SamplePlan plan_until(SteadyClock::time_point deadline, const std::string& name,
                      double iteration_s);

/// Runs `iteration_s`, which does the work once and returns the seconds it took, under Google
/// Benchmark with manual time, and returns the mean seconds of an iteration in each sample. Ends
/// early, with the complete samples, when a stop is requested. `iteration_s` must not throw. Not to
/// be called from two threads at once: the library's list of benchmarks is global, and is emptied.
/// Throws std::runtime_error when the library ran nothing (BENCHMARK_* in the environment).
std::vector<double> collect_samples(const SamplePlan& plan, const RunControl& control,
                                    const std::function<double()>& iteration_s);

}  // namespace assay
