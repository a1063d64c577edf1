#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "bench/measure/run_control.hpp"
#include "bench/memory/arrays.hpp"
#include "bench/memory/live_progress.hpp"
#include "bench/memory/operations.hpp"
#include "bench/memory/worker_team.hpp"

namespace assay {

/// A kernel left something else in memory than it must, in words.
struct WrongContents : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs passes of one operation over arrays it has filled, one chunk of each slice after the other.
/// A small chunk is gone through several times in a pass, so that the release of the threads and
/// the clock do not show.
class PassRunner {
 public:
  PassRunner(const MemoryOperation& operation, const ArrayLayout& layout, std::byte* region,
             WorkerTeam& team, const RunControl& control);

  std::uint64_t pass_bytes() const {
    return repeats_ * layout_.chunk_doubles * layout_.threads * operation_.bytes_per_element;
  }

  /// One pass with a set: its seconds.
  double pass(const CpuKernelSet& set);

  /// What `measure`, which runs passes of a set, returns. Throws WrongContents if a pass left
  /// something wrong behind.
  std::vector<double> checked(const CpuKernelSet& set,
                              const std::function<std::vector<double>()>& measure);

 private:
  struct alignas(64) Counter {
    std::uint64_t count = 0;
  };

  const MemoryOperation& operation_;
  const ArrayLayout& layout_;
  std::byte* region_;
  WorkerTeam& team_;
  LiveProgress progress_;
  double sum_;                       // of one chunk
  std::size_t repeats_;              // of the chunk in a pass
  std::vector<Counter> wrong_sums_;  // one a thread
  std::size_t chunk_ = 0;            // the next pass works on it
  std::uint64_t passes_ = 0;
};

}  // namespace assay
