#include "bench/memory/worker_team.hpp"

#include <chrono>

namespace assay {

namespace {

/// Lets a hyper-thread on the same core go ahead while this one spins.
inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Spins while `waiting()`, for some 10 us; after that each turn offers the CPU to others, which
/// matters where there are more runnable threads than CPUs.
template <typename Waiting>
void wait_while(Waiting waiting) {
  constexpr int spins = 256;
  for (int i = 0; waiting(); ++i) {
    if (i < spins) {
      relax();
    } else {
      std::this_thread::yield();
      i = spins;
    }
  }
}

}  // namespace

WorkerTeam::WorkerTeam(const CpuTopology& topology, std::span<const std::uint32_t> cpus)
    : affinity_(topology), topology_(topology) {
  if (!topology_.pin(cpus.front())) ++unpinned_;
  running_ = static_cast<std::uint32_t>(cpus.size()) - 1;
  threads_.reserve(cpus.size() - 1);
  for (std::uint32_t index = 1; index < cpus.size(); ++index) {
    threads_.emplace_back(
        [this, index, cpu = cpus[index]](const std::stop_token& stop) { work(stop, index, cpu); });
  }
  wait_while([&] { return running_.load(std::memory_order_acquire) != 0; });
}

double WorkerTeam::run(const Task& task) {
  task_ = &task;
  running_.store(static_cast<std::uint32_t>(threads_.size()), std::memory_order_relaxed);
  const auto start = std::chrono::steady_clock::now();
  generation_.fetch_add(1, std::memory_order_release);
  task(0);
  wait_while([&] { return running_.load(std::memory_order_acquire) != 0; });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void WorkerTeam::work(const std::stop_token& stop, std::uint32_t index, std::uint32_t cpu) {
  if (!topology_.pin(cpu)) ++unpinned_;
  std::uint64_t seen = 0;  // the first task cannot start before the count below
  running_.fetch_sub(1, std::memory_order_acq_rel);
  while (true) {
    wait_while([&] {
      return generation_.load(std::memory_order_acquire) == seen && !stop.stop_requested();
    });
    if (generation_.load(std::memory_order_acquire) == seen) return;
    ++seen;
    (*task_)(index);
    running_.fetch_sub(1, std::memory_order_acq_rel);
  }
}

}  // namespace assay
