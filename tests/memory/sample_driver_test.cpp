#include "bench/memory/sample_driver.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(SampleDriver, RecoversPlantedTimes) {
  // Sample k takes k + 1 seconds by its own clock: two iterations of k + 0.5 and k + 1.5.
  int calls = 0;
  const SamplePlan plan{.name = "planted", .iterations = 2, .samples_min = 5, .deadline = {}};
  const std::vector<double> seconds = collect_samples(plan, RunControl{}, [&] {
    const int call = calls++;
    return call / 2 + (call % 2 == 0 ? 0.5 : 1.5);
  });
  ASSERT_EQ(calls, 10);
  ASSERT_EQ(seconds.size(), 5U);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_DOUBLE_EQ(seconds[k], static_cast<double>(k) + 1);
}

TEST(SampleDriver, GoesOnUntilTheDeadline) {
  const auto deadline = SteadyClock::now() + as_clock(0.05);
  const SamplePlan plan{.name = "until", .iterations = 1, .samples_min = 1, .deadline = deadline};
  collect_samples(plan, RunControl{}, [] { return 1.0; });
  EXPECT_GE(SteadyClock::now(), deadline);
}

TEST(SampleDriver, StopEndsTheSeriesAndDropsTheBrokenSample) {
  std::atomic<bool> stop = false;
  int calls = 0;
  const RunControl control{.stop = &stop, .on_progress = {}};
  const SamplePlan plan{.name = "stopped",
                        .iterations = 10,
                        .samples_min = 1000,
                        .deadline = SteadyClock::now() + as_clock(3600)};
  const std::vector<double> seconds = collect_samples(plan, control, [&] {
    if (++calls == 25) stop = true;
    return 1.0;
  });
  EXPECT_EQ(calls, 25);
  EXPECT_EQ(seconds.size(), 2U);
}

TEST(SampleDriver, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const SamplePlan plan{.name = "quiet", .iterations = 1, .samples_min = 3, .deadline = {}};
  collect_samples(plan, RunControl{}, [] { return 1.0; });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(SampleDriver, PlanUntilTakesAtLeastTenSamples) {
  const SamplePlan past = plan_until(SteadyClock::now() - as_clock(1), "late", 0.002);
  EXPECT_EQ(past.samples_min, 10U);
  EXPECT_EQ(past.iterations, 6U);  // 11 ms
}

}  // namespace
}  // namespace assay
