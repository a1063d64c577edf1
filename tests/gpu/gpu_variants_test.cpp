#include "bench/gpu/gpu_variants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/gpu/fake_gpu.hpp"

namespace assay {
namespace {

std::size_t count_of(const std::vector<GpuVariant>& variants, GpuStaging staging) {
  return static_cast<std::size_t>(std::count_if(variants.begin(), variants.end(),
                                                [&](auto& one) { return one.staging == staging; }));
}

TEST(GpuVariants, follow_what_the_architecture_has) {
  const auto on = [](const char* capability) {
    return gpu_variants(GpuKernel::copy, GpuElement::f32, capability);
  };
  EXPECT_EQ(on("7.5").size(), 24U);  // 3 widths x 4 unrolls x 2 schedules
  EXPECT_EQ(count_of(on("8.9"), GpuStaging::async_copy), 3U);
  EXPECT_EQ(count_of(on("8.9"), GpuStaging::bulk_copy), 0U);
  EXPECT_EQ(count_of(on("9.0"), GpuStaging::bulk_copy), 3U);
  EXPECT_EQ(count_of(on("12.0"), GpuStaging::bulk_copy), 3U);
  EXPECT_EQ(on("nonsense").size(), 24U);
}

TEST(GpuVariants, follow_what_the_kernel_and_the_element_allow) {
  for (const GpuVariant& one : gpu_variants(GpuKernel::triad, GpuElement::f64, "9.0")) {
    EXPECT_GE(one.width_bytes, 8U);
    if (one.staging != GpuStaging::registers) {
      EXPECT_LE(one.unroll, 2U);
    }
  }
  EXPECT_EQ(count_of(gpu_variants(GpuKernel::write, GpuElement::f32, "9.0"), GpuStaging::registers),
            24U);
  EXPECT_EQ(gpu_variants(GpuKernel::write, GpuElement::f32, "9.0").size(), 24U);
  EXPECT_EQ(gpu_variants(GpuKernel::gather, GpuElement::f64, "9.0").size(), 8U);
  EXPECT_TRUE(gpu_variants(GpuKernel::chase, GpuElement::f32, "9.0").empty());
  EXPECT_TRUE(gpu_variants(GpuKernel::device_to_host, GpuElement::f32, "9.0").empty());
}

TEST(GpuVariants, have_names_of_their_own) {
  std::set<std::string> names;
  const auto all = gpu_variants(GpuKernel::copy, GpuElement::f32, "9.0");
  for (const GpuVariant& one : all) names.insert(variant_text(one));
  EXPECT_EQ(names.size(), all.size());
}

TEST(GpuSearch, prefers_the_median_of_the_finalists_to_one_lucky_sample) {
  FakeGpu gpu;
  gpu.prepare({GpuKernel::copy, GpuElement::f32, std::uint64_t{1} << 30, 1, 1, 0});
  std::uint32_t lucky_runs = 0;
  gpu.speed = [&](const GpuVariant& one) {
    if (one.width_bytes == 4 && one.unroll == 1) return lucky_runs++ < 3 ? 2.0 : 0.5;
    return one.width_bytes == 16 && one.unroll == 2 ? 1.0 : 0.8;
  };
  const auto variants = gpu_variants(GpuKernel::copy, GpuElement::f32, "7.5");
  const GpuSearch found = search_variants(gpu, variants, 2.0 * (1 << 30), 5e-3, {});
  EXPECT_EQ(variant_text(found.winner).substr(0, 8), "16 B x 2") << found.log;
  EXPECT_EQ(variant_text(gpu.selected), variant_text(found.winner));
  EXPECT_EQ(gpu.selections, 1 + variants.size() + 2 * 3 + 1);
}

TEST(GpuSearch, ends_when_a_stop_is_requested) {
  FakeGpu gpu;
  gpu.prepare({GpuKernel::copy, GpuElement::f32, std::uint64_t{1} << 30, 1, 1, 0});
  const std::atomic<bool> stop = true;
  const auto variants = gpu_variants(GpuKernel::copy, GpuElement::f32, "7.5");
  search_variants(gpu, variants, 1, 5e-3, {.stop = &stop, .on_progress = {}});
  EXPECT_EQ(gpu.runs, 0U);
}

}  // namespace
}  // namespace assay
