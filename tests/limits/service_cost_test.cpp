#include "reports/limits/service_cost.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "tests/limits/limit_result.hpp"
#include "tests/random_numbers.hpp"

namespace assay {
namespace {

constexpr double kib = 1024;

std::vector<SizedRate> rates_of(const std::vector<double>& sizes_kib,
                                const std::function<double(double)>& time_us_of_kib) {
  std::vector<SizedRate> rates;
  for (const double size : sizes_kib) rates.push_back({size * kib, 1e6 / time_us_of_kib(size)});
  return rates;
}

TEST(ServiceCost, TheTwoTermsThatWerePlantedAreFound) {
  const auto cost = fit_service_cost(
      rates_of({4, 16, 64, 128, 1024}, [](double size) { return 9.4 + 0.3 * size; }));
  ASSERT_TRUE(cost);
  EXPECT_NEAR(cost->per_io_ns, 9400, 1);
  EXPECT_NEAR(cost->per_byte_ns * kib, 300, 0.1);
  EXPECT_EQ(cost->size_max_bytes, 1024 * kib);
  EXPECT_LT(cost->error, 1e-9);
  EXPECT_GT(cost->error_of_caps, 0.1);
}

// The disk of a virtual machine, at queue depth 128, medians of 9 windows.
TEST(ServiceCost, AVirtualDiskServesUpToWhereOtherThingsBegin) {
  const auto cost = fit_service_cost(std::vector<SizedRate>{{4 * kib, 94'383},
                                                            {8 * kib, 84'841},
                                                            {16 * kib, 70'601},
                                                            {32 * kib, 53'307},
                                                            {64 * kib, 34'915},
                                                            {128 * kib, 19'067},
                                                            {1024 * kib, 2'500}});
  ASSERT_TRUE(cost);
  EXPECT_EQ(cost->size_max_bytes, 128 * kib);
  EXPECT_NEAR(cost->per_io_ns, 9000, 500);
  EXPECT_NEAR(cost->per_byte_ns * kib, 320, 30);
}

TEST(ServiceCost, LimitsOfIosAndOfBytesAreNone) {
  for (const double crossing_kib : {4.0, 10.0, 16.0, 24.0, 64.0, 256.0}) {
    for (const double per_io_us : {1.0, 10.0, 333.0}) {
      const auto caps = [&](double size) { return per_io_us * std::max(1.0, size / crossing_kib); };
      EXPECT_FALSE(fit_service_cost(rates_of({4, 16, 64, 128, 1024}, caps)))
          << crossing_kib << " KiB, " << per_io_us << " us";
      EXPECT_FALSE(fit_service_cost(rates_of({4, 8, 16, 32, 64, 128}, caps)))
          << crossing_kib << " KiB, " << per_io_us << " us";
    }
  }
}

TEST(ServiceCost, LimitsThatScatterAreNone) {
  RandomNumbers noise(7);
  for (int i = 0; i < 200; ++i) {
    const double crossing_kib = 4 * std::pow(2, 6 * noise.uniform());
    EXPECT_FALSE(fit_service_cost(rates_of({4, 16, 64, 128, 1024}, [&](double size) {
      return 10 * std::max(1.0, size / crossing_kib) * (1 + 0.01 * noise.normal());
    }))) << crossing_kib;
  }
}

TEST(ServiceCost, TooFewSizesOrNoRatesSayNothing) {
  const auto line = [](double size) { return 9.4 + 0.3 * size; };
  EXPECT_FALSE(fit_service_cost({}));
  EXPECT_FALSE(fit_service_cost(rates_of({4, 128}, line)));
  EXPECT_FALSE(fit_service_cost(rates_of({4, 8, 16}, line)));  // a factor of 4
  EXPECT_FALSE(fit_service_cost(std::vector<SizedRate>{{4096, 0}, {16384, 1}, {65536, 1}}));
}

StorageParameters reads(double size_kib, std::uint32_t depth) {
  return {Operation::read, Pattern::random, static_cast<std::uint32_t>(size_kib * kib), depth};
}

LimitResult with_sizes(std::uint32_t depth_of_sizes) {
  LimitResult made;
  made.add(reads(4, 1), {17e3, 18e3, 20e3});
  made.add(reads(4, 32), {90.2e3, 90.0e3, 91.8e3});
  made.add(reads(4, 128), {92.2e3, 97.6e3, 94.8e3});
  for (const auto& [size, rate] : {std::pair{16, 70e3}, std::pair{64, 35e3}}) {
    made.add(reads(size, depth_of_sizes), {0.99 * rate, 1.01 * rate, rate});
  }
  classify_limits(made.result);
  return made;
}

TEST(ServiceCost, IsEvidenceOfADevice) {
  LimitResult made = with_sizes(32);
  for (const std::size_t i : {1, 2}) {
    EXPECT_EQ(made.kind(i), LimitKind::device);
    EXPECT_NE(made.limit(i).evidence.find(
                  "; from 4k to 64k blocks at queue depth 32 an I/O takes 9.79 us and 291 ns more "
                  "for each KiB, "
                  "within 1 %: the work of serving it; limits of I/Os and of bytes a second would "
                  "be off by 13 %"),
              std::string::npos)
        << made.limit(i).evidence;
  }
}

TEST(ServiceCost, BoundsTheOtherSizes) {
  LimitResult made = with_sizes(32);
  for (const std::size_t i : {3, 4}) {
    EXPECT_EQ(made.kind(i), LimitKind::device);
    EXPECT_EQ(made.limit(i).evidence.rfind("from 4k to 64k blocks at queue depth 32", 0), 0U)
        << made.limit(i).evidence;
  }
}

TEST(ServiceCost, OfABusyMachineDoesNotBoundTheOtherSizes) {
  LimitResult made = with_sizes(32);
  made.result.cases[3].noise.foreign_cpu_percent = 95;
  classify_limits(made.result);
  EXPECT_EQ(made.kind(3), LimitKind::unknown);
  EXPECT_NE(made.limit(3).evidence.find("CPUs were busy"), std::string::npos);
  EXPECT_EQ(made.kind(4), LimitKind::device);
}

TEST(ServiceCost, SizesAtALowerDepthThanThePlateausAreNotSaturated) {
  LimitResult made = with_sizes(8);
  EXPECT_EQ(made.kind(2), LimitKind::device);
  EXPECT_EQ(made.limit(2).evidence.find("the work of serving it"), std::string::npos)
      << made.limit(2).evidence;
  EXPECT_EQ(made.kind(3), LimitKind::unknown);
}

}  // namespace
}  // namespace assay
