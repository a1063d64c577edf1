#pragma once

#include <chrono>
#include <cstdint>

#include "bench/measure/run_control.hpp"

namespace assay {

/// Turns finished work into the live rates of a RunControl, about once a second. The rates are
/// those of the measured time, so that pauses between samples do not lower them.
class LiveProgress {
 public:
  explicit LiveProgress(const RunControl& control) : control_(control) {}

  void add(std::uint64_t operations, std::uint64_t bytes, double seconds) {
    operations_ += operations;
    bytes_ += bytes;
    seconds_ += seconds;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::seconds(1) || seconds_ <= 0) return;
    control_.progress({.ops_per_s = static_cast<double>(operations_) / seconds_,
                       .bytes_per_s = static_cast<double>(bytes_) / seconds_});
    operations_ = 0;
    bytes_ = 0;
    seconds_ = 0;
    last_ = now;
  }

 private:
  const RunControl& control_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  std::uint64_t operations_ = 0;
  std::uint64_t bytes_ = 0;
  double seconds_ = 0;
};

}  // namespace assay
