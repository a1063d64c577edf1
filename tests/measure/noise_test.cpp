#include "bench/measure/noise.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Noise, SharesAreOfAllCpusTime) {
  //                                   user nice sys idle iowait irq softirq steal
  const CpuTimes before = parse_cpu_times("cpu  100 0 50 800 50 0 0 0 0 0");
  CpuTimes after = parse_cpu_times("cpu  130 0 70 830 60 0 0 10 0 0");
  after.own_ns = 400'000'000;  // 40 ticks of 10 ms
  const Noise noise = noise_between(before, after, 100);
  EXPECT_DOUBLE_EQ(noise.steal_percent, 10);
  EXPECT_DOUBLE_EQ(noise.iowait_percent, 10);
  EXPECT_DOUBLE_EQ(noise.foreign_cpu_percent, 10);  // 50 busy, 40 of them ours
}

TEST(Noise, UnreadableOrStandingCountersStayUnknown) {
  EXPECT_FALSE(parse_cpu_times("").valid);
  EXPECT_FALSE(parse_cpu_times("intr 5").valid);
  const CpuTimes same = parse_cpu_times("cpu 1 2 3 4 5 6 7 8");
  EXPECT_EQ(noise_between(same, same, 100).steal_percent, -1);
  EXPECT_EQ(noise_between({}, same, 100).steal_percent, -1);
}

TEST(Noise, CountersThatGoBackCountAsZero) {
  const CpuTimes before = parse_cpu_times("cpu 100 0 0 100 50 0 0 0");
  const CpuTimes after = parse_cpu_times("cpu 200 0 0 200 40 0 0 0");
  EXPECT_EQ(noise_between(before, after, 100).iowait_percent, 0);
}

TEST(Noise, OwnCpuTimeGrowsWithWork) {
  const std::uint64_t before = process_cpu_ns();
  volatile std::uint64_t sum = 0;
  while (process_cpu_ns() == before) sum = sum + 1;
  EXPECT_GT(process_cpu_ns(), before);
}

}  // namespace
}  // namespace assay
