#include <gtest/gtest.h>

#include <functional>

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

/// A copy of a measured case with other parameters and bandwidth.
void add_variant(Result& result, const std::string& id, const std::string& suffix,
                 const std::function<void(GpuParameters&)>& change, double bytes_per_s) {
  Case item = *find_case(result.plan, id);
  CaseResult measured = *find_case_result(result, id);
  item.id = measured.id = id + suffix;
  change(*item.gpu);
  for (Metric& metric : measured.metrics) metric.value = bytes_per_s;
  result.plan.cases.push_back(std::move(item));
  result.cases.push_back(std::move(measured));
}

TEST(GpuSection, draws_a_line_for_each_variant_of_a_link) {
  Result result = synthetic_gpu_result();
  const std::string id = "gpu/gpu1/host-to-device";
  for (const HostBuffer buffer : {HostBuffer::pinned, HostBuffer::pageable}) {
    for (const std::uint64_t size : {1U << 20, 1U << 24}) {
      const bool pinned = buffer == HostBuffer::pinned;
      const auto change = [&](GpuParameters& gpu) {
        gpu.host_buffer = buffer;
        gpu.array_bytes = size;
      };
      add_variant(result, id, std::to_string(size) + (pinned ? "" : "pageable"), change,
                  pinned ? 50e9 : 8e9);
    }
  }
  const std::string text = gpu_section({result, "", catalog});
  const std::size_t start = text.find("gpu-size-link-bandwidth-gpu1");
  ASSERT_NE(start, std::string::npos);
  const std::string chart = text.substr(start, text.find("</table>", start) - start);
  for (const char* row : {"<th scope=row>host-to-device</th><td class=n>1.00 MiB</td>"
                          "<td class=n>50.0 GB/s</td>",
                          "<th scope=row>host-to-device, pageable</th><td class=n>16.0 MiB</td>"
                          "<td class=n>8.00 GB/s</td>"}) {
    EXPECT_TRUE(has(chart, row)) << row << "\n" << chart;
  }
  EXPECT_FALSE(has(chart, "served by the cache")) << chart;
  EXPECT_FALSE(has(text, "gpu-size-bandwidth-gpu1"));
}

TEST(GpuSection, shows_pairs_of_gpus_for_each_mover_and_size) {
  Result result = synthetic_gpu_result();
  const std::string id = "gpu/gpu0/peer-copy/gpu1";
  add_variant(
      result, id, "/sm", [](GpuParameters& gpu) { gpu.mover = Mover::multiprocessors; }, 310e9);
  add_variant(
      result, id, "/1m", [](GpuParameters& gpu) { gpu.array_bytes = 1U << 20; }, 90e9);
  const std::string text = gpu_section({result, "", catalog});
  for (const char* part : {"389 GB/s (NVLink)", "310 GB/s (NVLink)", "90.0 GB/s (NVLink)",
                           "<h3>Between GPUs: bandwidth of a copy</h3>",
                           "<h3>Between GPUs: bandwidth of a copy, by SM</h3>",
                           "<h3>Between GPUs: bandwidth of a copy, 1.00 MiB</h3>"}) {
    EXPECT_TRUE(has(text, part)) << part;
  }
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
