#include "bench/measure/clock.hpp"

#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>

#include <fstream>
#include <string>
#endif

namespace assay {

namespace {

std::uint64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

#if defined(__x86_64__)
constexpr std::uint64_t calibration_ns = 50'000'000;

bool tsc_is_invariant() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(0x80000007U, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1U << 8)) != 0;
}

/// The kernel takes the counter off its list when the counters of the CPUs run apart, which CPUID
/// does not tell: threads on several CPUs could not be timed by it then. Without the list, CPUID
/// decides alone.
bool kernel_trusts_tsc() {
  std::ifstream file("/sys/devices/system/clocksource/clocksource0/available_clocksource");
  std::string name;
  bool any = false;
  while (file >> name) {
    if (name == "tsc") return true;
    any = true;
  }
  return !any;
}

struct ClockPair {
  std::uint64_t ticks;
  std::uint64_t ns;
};

/// The counter and the clock read together: of several tries the one with the shortest gap, so that
/// a preemption between the two reads does not spoil the calibration.
ClockPair read_pair() {
  ClockPair best{};
  std::uint64_t best_gap = ~std::uint64_t{0};
  for (int i = 0; i < 20; ++i) {
    const std::uint64_t before = __rdtsc();
    const std::uint64_t ns = read_clock(CLOCK_MONOTONIC_RAW);
    const std::uint64_t gap = __rdtsc() - before;
    if (gap < best_gap) {
      best_gap = gap;
      best = {before + gap / 2, ns};
    }
  }
  return best;
}
#endif

}  // namespace

std::uint64_t SystemClock::now_ns() const { return read_clock(CLOCK_MONOTONIC); }

#if defined(__x86_64__)
std::optional<TscClock> TscClock::calibrated() {
  if (!tsc_is_invariant() || !kernel_trusts_tsc()) return std::nullopt;
  const ClockPair first = read_pair();
  timespec pause{0, static_cast<long>(calibration_ns)};
  nanosleep(&pause, nullptr);
  while (read_clock(CLOCK_MONOTONIC_RAW) - first.ns < calibration_ns) {
  }
  const ClockPair last = read_pair();
  const double ns_per_tick =
      static_cast<double>(last.ns - first.ns) / static_cast<double>(last.ticks - first.ticks);
  if (!(ns_per_tick > 0.05 && ns_per_tick < 10)) return std::nullopt;
  return TscClock(first.ticks, static_cast<std::uint64_t>(ns_per_tick * 4294967296.0));
}
#endif

}  // namespace assay
