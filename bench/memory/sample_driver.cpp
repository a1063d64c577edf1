#include "bench/memory/sample_driver.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <stdexcept>

#include "bench/memory/statistics.hpp"

namespace assay {

namespace {

/// Keeps the raw runs and prints nothing. The library's aggregates are left aside: its coefficient
/// of variation is wrong for manual time, and raw values must stay for the Result.
class RawReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      ++runs_;
      if (run.run_type != Run::RT_Iteration || run.error_occurred || run.iterations == 0) continue;
      seconds_.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }

  std::size_t runs() const { return runs_; }
  const std::vector<double>& seconds() const { return seconds_; }

 private:
  std::size_t runs_ = 0;
  std::vector<double> seconds_;
};

/// One sample: the iterations of a plan, each with the seconds it says it took.
class SampleBenchmark : public benchmark::Fixture {
 public:
  SampleBenchmark(const SamplePlan& plan, const RunControl& control,
                  const std::function<double()>& iteration_s)
      : control_(control), iteration_s_(iteration_s) {
    SetName(plan.name.c_str());
    UseManualTime();
    Iterations(static_cast<benchmark::IterationCount>(plan.iterations));
    Repetitions(1);
  }

 protected:
  void BenchmarkCase(benchmark::State& state) override {
    for (auto _ : state) {
      if (control_.stop_requested()) {
        state.SkipWithError("stop was requested");
        break;
      }
      state.SetIterationTime(iteration_s_());
    }
  }

 private:
  const RunControl& control_;
  const std::function<double()>& iteration_s_;
};

/// Empties the library's list of benchmarks, whichever way the series ends.
struct RegisteredBenchmarks {
  RegisteredBenchmarks() { benchmark::ClearRegisteredBenchmarks(); }
  ~RegisteredBenchmarks() { benchmark::ClearRegisteredBenchmarks(); }
  RegisteredBenchmarks(const RegisteredBenchmarks&) = delete;
  RegisteredBenchmarks& operator=(const RegisteredBenchmarks&) = delete;
  RegisteredBenchmarks(RegisteredBenchmarks&&) = delete;
  RegisteredBenchmarks& operator=(RegisteredBenchmarks&&) = delete;
};

constexpr std::size_t samples_min = 10;

}  // namespace

SamplePlan plan_until(SteadyClock::time_point deadline, const std::string& name,
                      double iteration_s) {
  const double remaining_s = -elapsed_s(deadline);
  const double sample_s = sample_length_s(remaining_s);
  return {.name = name,
          // A tenth more: an iteration may get faster, and a sample is not to become too short.
          .iterations = iterations_for(iteration_s, 1.1 * sample_s),
          .samples_min = samples_min,
          .deadline = deadline};
}

std::vector<double> collect_samples(const SamplePlan& plan, const RunControl& control,
                                    const std::function<double()>& iteration_s) {
  const RegisteredBenchmarks registered;
  auto* sample = new SampleBenchmark(plan, control, iteration_s);
  // What BENCHMARK_REGISTER_F expands to. The library's list owns the benchmark from here on.
  benchmark::internal::RegisterBenchmarkInternal(sample);
  RawReporter reporter;
  // One run of the library a sample, not one of many repetitions: those cannot end at a deadline.
  do {
    const std::size_t runs = reporter.runs();
    benchmark::RunSpecifiedBenchmarks(&reporter, nullptr, ".");
    if (reporter.runs() == runs) {
      throw std::runtime_error(
          "Google Benchmark ran nothing: unset the BENCHMARK_* environment variables");
    }
  } while (!control.stop_requested() &&
           (reporter.seconds().size() < plan.samples_min || SteadyClock::now() < plan.deadline));
  return reporter.seconds();
}

}  // namespace assay
