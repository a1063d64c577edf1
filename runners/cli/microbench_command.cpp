#include <benchmark/benchmark.h>

#include "bench/memory/microbench.hpp"
#include "bench/storage/null_engine_bench.hpp"
#include "runners/cli/commands.hpp"
#include "runners/run/build_info.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

int run_microbenchmarks(const std::vector<std::string>& flags) {
  std::vector<std::string> words{"assay microbench"};
  words.insert(words.end(), flags.begin(), flags.end());
  std::vector<char*> argv;
  argv.reserve(words.size());
  for (std::string& word : words) argv.push_back(word.data());
  auto argc = static_cast<int>(argv.size());
  benchmark::Initialize(&argc, argv.data());
  // What it knows it has taken out.
  if (argc > 1) {
    throw UsageError(std::string("microbench: Google Benchmark knows no '") + argv[1] +
                     "'; its flags begin with --benchmark_, such as --benchmark_filter=triad, "
                     "--benchmark_repetitions=10, --benchmark_out=FILE");
  }
  register_microbenchmarks();
  register_null_engine_benchmarks();
  benchmark::AddCustomContext("assay_version", std::string(build_info::version));
  benchmark::AddCustomContext("assay_commit", std::string(build_info::git_commit));
  if (benchmark::RunSpecifiedBenchmarks() == 0) {
    throw UsageError(
        "microbench: the filter matches nothing; --benchmark_list_tests=true lists all");
  }
  benchmark::Shutdown();
  return 0;
}

}  // namespace

Action add_microbench_command(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "microbench",
      "Memory kernels, assay's own hot paths and the null engine (what its measuring loop can do "
      "without a disk) one by one, by Google Benchmark: takes its "
      "--benchmark_ flags, and its JSON (--benchmark_out=FILE --benchmark_out_format=json) works "
      "with its compare tool");
  command->prefix_command();
  return [command] { return run_microbenchmarks(command->remaining()); };
}

}  // namespace assay
