#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace assay {

/// Lets a team of workers begin at one instant: the last to arrive names it. A worker that cannot
/// begin closes the gate, and nobody begins.
class StartGate {
 public:
  explicit StartGate(std::uint32_t workers) : missing_(workers) {}

  /// Waits for the others; the common start in ns on the clock, 0 when the gate was closed.
  template <class ClockType>
  std::uint64_t arrive(ClockType& clock) {
    std::unique_lock lock(mutex_);
    if (--missing_ == 0) start_ns_ = clock.now_ns();
    changed_.notify_all();
    while (missing_ > 0 && !closed_) changed_.wait_for(lock, std::chrono::milliseconds(100));
    return closed_ ? 0 : start_ns_;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t missing_;
  std::uint64_t start_ns_ = 0;
  bool closed_ = false;
};

}  // namespace assay
