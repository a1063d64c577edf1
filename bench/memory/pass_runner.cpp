#include "bench/memory/pass_runner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

constexpr std::size_t pass_bytes_min = std::size_t{16} << 20;  // of each thread: some 200 us

std::size_t repeats_for(std::size_t chunk_bytes) {
  return std::max<std::size_t>(1, pass_bytes_min / chunk_bytes);
}

}  // namespace

PassRunner::PassRunner(const MemoryOperation& operation, const ArrayLayout& layout,
                       std::byte* region, WorkerTeam& team, const RunControl& control)
    : operation_(operation),
      layout_(layout),
      region_(region),
      team_(team),
      progress_(control),
      sum_(expected_sum(operation, layout.chunk_doubles)),
      repeats_(repeats_for(layout.chunk_doubles * operation.bytes_per_element)),
      wrong_sums_(layout.threads) {}

double PassRunner::pass(const CpuKernelSet& set) {
  const double seconds = team_.run([&](std::uint32_t thread) {
    const ArrayChunk chunk = layout_.at(region_, thread, chunk_);
    for (std::size_t i = 0; i < repeats_; ++i) {
      const double sum = operation_.run(set, chunk);
      if (sum != sum_) ++wrong_sums_[thread].count;
    }
  });
  chunk_ = (chunk_ + 1) % layout_.chunks;
  ++passes_;
  progress_.add(0, pass_bytes(), seconds);
  return seconds;
}

std::vector<double> PassRunner::checked(const CpuKernelSet& set,
                                        const std::function<std::vector<double>()>& measure) {
  const std::size_t chunk = chunk_;
  const std::uint64_t passes = passes_;
  if (operation_.written != nullptr) poison_chunk(layout_, region_, team_, chunk);
  std::vector<double> seconds = measure();
  if (passes_ == passes) return seconds;
  std::uint64_t wrong = count_wrong(layout_, region_, team_, chunk, operation_);
  if (wrong > 0) {
    throw WrongContents(fmt::format(
        "{} of kernel set {} left {} of {} checked elements wrong: a fault of this memory or CPU, "
        "or a defect of the kernel; its bandwidth means nothing",
        operation_.name, set.name, wrong,
        layout_.chunk_doubles * layout_.threads * layout_.arrays));
  }
  for (const Counter& counter : wrong_sums_) wrong += counter.count;
  if (wrong > 0) {
    throw WrongContents(fmt::format(
        "{} of kernel set {} returned a wrong sum {} times: a fault of this memory or CPU, or a "
        "defect of the kernel; its bandwidth means nothing",
        operation_.name, set.name, wrong));
  }
  return seconds;
}

}  // namespace assay
