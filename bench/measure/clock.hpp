#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "bench/measure/uint128.hpp"

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace assay {

/// A monotonic clock in ns, cheap enough to be read for each I/O.
template <class T>
concept Clock = requires(T& clock) {
  { clock.now_ns() } -> std::same_as<std::uint64_t>;
};

/// CLOCK_MONOTONIC through the vDSO: the fallback, and the reference for checks.
class SystemClock {
 public:
  static constexpr std::string_view name = "clock_gettime(CLOCK_MONOTONIC)";
  std::uint64_t now_ns() const;
};

#if defined(__x86_64__)
/// The invariant time-stamp counter, scaled to ns against CLOCK_MONOTONIC_RAW.
class TscClock {
 public:
  static constexpr std::string_view name = "TSC, calibrated against CLOCK_MONOTONIC_RAW";

  /// Calibrates for about 50 ms (error below 10 ppm). Empty where the counter is not invariant
  /// (CPUID 0x80000007 EDX bit 8), the kernel does not trust it, or its rate is not plausible.
  static std::optional<TscClock> calibrated();

  std::uint64_t now_ns() const {
    return static_cast<std::uint64_t>(
        (static_cast<Uint128>(__rdtsc() - base_ticks_) * ns_per_tick_q32_) >> 32);
  }

 private:
  TscClock(std::uint64_t base_ticks, std::uint64_t ns_per_tick_q32)
      : base_ticks_(base_ticks), ns_per_tick_q32_(ns_per_tick_q32) {}

  std::uint64_t base_ticks_;
  std::uint64_t ns_per_tick_q32_;  // ns per tick, 32 fractional bits
};
#endif

#if defined(__x86_64__)
/// The counter, calibrated once in the process, which takes about 50 ms; empty where it cannot be
/// trusted.
inline const std::optional<TscClock>& calibrated_tsc() {
  static const std::optional<TscClock> clock = TscClock::calibrated();
  return clock;
}
#endif

/// Calls `run` with the cheapest clock that can be trusted on this machine. On aarch64 that is the
/// system's: the vDSO reads CNTVCT_EL0 and scales it, without a system call.
template <class Run>
auto with_best_clock(const Run& run) {
#if defined(__x86_64__)
  if (calibrated_tsc()) return run(*calibrated_tsc());
#endif
  return run(SystemClock{});
}

/// A clock that moves only when told to, for tests of phases, stopping and planted latencies.
class FakeClock {
 public:
  std::uint64_t now_ns() const { return now_ns_; }
  void advance_to(std::uint64_t ns) { now_ns_ = ns > now_ns_ ? ns : now_ns_; }

 private:
  std::uint64_t now_ns_ = 0;
};

}  // namespace assay
