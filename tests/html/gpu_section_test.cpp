#include <gtest/gtest.h>

#include "reports/gpu_cases.hpp"
#include "reports/html/sections.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay::html {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const CatalogView catalog;

TEST(GpuSection, shows_peaks_curves_links_and_pairs_of_gpus) {
  const Result result = synthetic_gpu_result();
  const std::string text = gpu_section({result, "", catalog});
  for (const char* id : {"gpu-peak-gpu0", "gpu-size-bandwidth-gpu0", "gpu-size-latency-gpu0",
                         "gpu-link-gpu0", "gpu-link-gpu1"}) {
    EXPECT_TRUE(has(text, id)) << id;
  }
  EXPECT_FALSE(has(text, "gpu-peak-gpu1"));
  EXPECT_TRUE(has(text, "Between GPUs: bandwidth of a copy"));
  EXPECT_TRUE(has(text, "389 GB/s (NVLink)")) << text.substr(text.find("Between GPUs"), 900);
  EXPECT_TRUE(has(text, "900 ns (NVLink)"));
  EXPECT_TRUE(has(text, "NUMA node × GPU: host-to-device"));
  EXPECT_TRUE(has(text, "<tr><th scope=row>node 1</th><td class=n>40.9 GB/s</td>")) << text;
  EXPECT_TRUE(has(text, "<td class=n>90.0 %</td><td class=n>48.0 GB/s</td>"));  // of 110 GB/s
  EXPECT_TRUE(has(text, "software power cap"));
  EXPECT_TRUE(has(text, "5 x8 of 5 x16"));
  EXPECT_TRUE(has(text, "host-to-device, by SM"));
}

TEST(GpuSection, is_empty_without_a_measured_gpu) {
  const Result result = synthetic_result();
  EXPECT_EQ(gpu_section({result, "", catalog}), "");
}

TEST(GpuSection, a_state_that_was_not_read_says_why) {
  Result result = synthetic_gpu_result();
  for (CaseResult& one : result.cases) {
    if (one.gpu_states) one.gpu_states->at(0).unread = "load NVML: no such file";
  }
  EXPECT_TRUE(has(gpu_section({result, "", catalog}), "not read: load NVML: no such file"));
}

TEST(GpuCaseText, tells_cases_of_one_kernel_apart) {
  Case item;
  item.gpu = GpuParameters{"copy", 4U << 20, ElementType::f64, {}, {}, {}, {}};
  EXPECT_EQ(gpu_case_text(item), "copy f64, 4.00 MiB");
  item.gpu = GpuParameters{"peer-copy", 0, {}, {}, Mover::multiprocessors, {}, 3};
  EXPECT_EQ(gpu_case_text(item), "peer-copy to gpu3, by SM");
  item.gpu = GpuParameters{"host-to-device", 0, {}, HostBuffer::pageable, {}, 1, {}};
  EXPECT_EQ(gpu_case_text(item), "host-to-device, node 1, pageable");
}

}  // namespace
}  // namespace assay::html
