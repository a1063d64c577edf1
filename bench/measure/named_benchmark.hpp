#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace assay {

/// A benchmark by a name made at run time.
class NamedBenchmark : public benchmark::internal::Benchmark {
 public:
  NamedBenchmark(const std::string& name, std::function<void(benchmark::State&)> run)
      : Benchmark(name.c_str()), run_(std::move(run)) {}

  void Run(benchmark::State& state) override { run_(state); }

 private:
  std::function<void(benchmark::State&)> run_;
};

inline void add_benchmark(const std::string& name, std::function<void(benchmark::State&)> run) {
  auto made = std::make_unique<NamedBenchmark>(name, std::move(run));
  // What BENCHMARK_REGISTER_F expands to. The library's list owns the benchmark from here on, which
  // static analysis does not see.
  benchmark::internal::RegisterBenchmarkInternal(made.release());
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks)

}  // namespace assay
