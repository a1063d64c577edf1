#pragma once

#include <atomic>
#include <functional>

namespace assay {

/// Live rates of the case that runs now, for progress display; 0 where a rate does not apply.
struct LiveRates {
  double ops_per_s = 0;
  double bytes_per_s = 0;
};

/// What the runner lends to a measuring function: a request to stop (set by a signal), polled at
/// least every 100 ms, and a listener that is called about once a second.
/// When `stop` is seen, a measuring function returns early; its result is then thrown away.
struct RunControl {
  const std::atomic<bool>* stop = nullptr;
  std::function<void(const LiveRates&)> on_progress;

  bool stop_requested() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
  void progress(const LiveRates& rates) const {
    if (on_progress) on_progress(rates);
  }
};

}  // namespace assay
