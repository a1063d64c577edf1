#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "bench/measure/cpu_topology.hpp"

namespace assay {

/// Owns one thread a CPU, each pinned to it; the caller is the first of them, because a caller that
/// waited beside them would take time from one. Between tasks the threads wait without sleeping:
/// spinning, then yielding. The caller's own affinity comes back when the team ends.
class WorkerTeam {
 public:
  using Task = std::function<void(std::uint32_t index)>;

  /// `cpus` must not be empty and `topology` outlive the team. Throws std::system_error when a
  /// thread cannot be started.
  WorkerTeam(const CpuTopology& topology, std::span<const std::uint32_t> cpus);

  /// Runs task(0) ... task(size - 1), one on each thread. Returns the seconds from the release of
  /// all threads to the end of the last. Tasks must not throw.
  double run(const Task& task);

  std::uint32_t size() const { return static_cast<std::uint32_t>(threads_.size()) + 1; }

  /// Whether every thread could be pinned to its CPU.
  bool pinned() const { return unpinned_.load() == 0; }

 private:
  void work(const std::stop_token& stop, std::uint32_t index, std::uint32_t cpu);

  AffinityGuard affinity_;
  const CpuTopology& topology_;
  const Task* task_ = nullptr;
  // Apart, so that finishing threads do not take the line others wait on.
  alignas(64) std::atomic<std::uint64_t> generation_{0};
  alignas(64) std::atomic<std::uint32_t> running_{0};
  alignas(64) std::atomic<std::uint32_t> unpinned_{0};
  std::vector<std::jthread> threads_;  // last: joined before what they use is gone
};

}  // namespace assay
