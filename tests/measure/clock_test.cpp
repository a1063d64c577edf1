#include "bench/measure/clock.hpp"

#include <gtest/gtest.h>
#include <time.h>

namespace assay {
namespace {

TEST(SystemClock, NeverGoesBack) {
  const SystemClock clock;
  std::uint64_t last = clock.now_ns();
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t now = clock.now_ns();
    ASSERT_GE(now, last);
    last = now;
  }
}

#if defined(__x86_64__)
/// What the counter is calibrated against. CLOCK_MONOTONIC may be slewed by more than is allowed
/// here.
std::uint64_t raw_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec);
}

TEST(TscClock, AgreesWithTheKernelsClockOverATenthOfASecond) {
  const auto tsc = TscClock::calibrated();
  if (!tsc) GTEST_SKIP() << "the time-stamp counter of this CPU is not invariant";
  // The kernel's clock is read on both sides: a preemption can only widen the bounds.
  const std::uint64_t before_low = raw_ns();
  const std::uint64_t begin = tsc->now_ns();
  const std::uint64_t before_high = raw_ns();
  timespec pause{0, 100'000'000};
  nanosleep(&pause, nullptr);
  const std::uint64_t after_low = raw_ns();
  const std::uint64_t end = tsc->now_ns();
  const std::uint64_t after_high = raw_ns();
  const double elapsed = static_cast<double>(end - begin);
  EXPECT_GE(elapsed, static_cast<double>(after_low - before_high) * 0.999);
  EXPECT_LE(elapsed, static_cast<double>(after_high - before_low) * 1.001);
}
#endif

}  // namespace
}  // namespace assay
