#include "bench/gpu/gpu_case.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "bench/measure/not_applicable.hpp"
#include "tests/gpu/fake_gpu.hpp"

namespace assay {
namespace {

Case gpu_case(std::string_view kernel, double duration_s = 1, std::uint64_t array_bytes = 0) {
  Case item;
  item.id = "gpu/gpu0/" + std::string(kernel);
  item.warm_up_s = 0;
  item.duration_s = duration_s;
  item.gpu = GpuParameters{std::string(kernel), array_bytes};
  return item;
}

CaseResult measure(FakeGpu& gpu, const Case& item, const RunControl& control = {}) {
  return measure_gpu_case(gpu, item, control, [&gpu] { return gpu.clock.now_ns(); });
}

double value(const CaseResult& result, const std::string& name) {
  const Metric* const metric = find_metric(result.metrics, name);
  EXPECT_NE(metric, nullptr) << name;
  return metric == nullptr ? -1 : metric->value;
}

std::string method(const CaseResult& result, std::string_view key) {
  for (const NamedText& entry : result.method) {
    if (entry.first == key) return entry.second;
  }
  return "";
}

TEST(GpuCase, recovers_a_known_bandwidth_and_counts_the_bytes_of_each_kernel) {
  struct Row {
    std::string_view kernel;
    double payload_share;  // of the traffic; 0 where there is no payload
  };
  for (const Row& row :
       {Row{"read", 1}, Row{"write", 1}, Row{"copy", 0.5}, Row{"scale", 0}, Row{"add", 0},
        Row{"triad", 0}, Row{"dot", 0}, Row{"gather", 0.125}, Row{"host-to-device", 1},
        Row{"device-to-host", 1}, Row{"bidirectional", 0}, Row{"peer-copy", 1}}) {
    SCOPED_TRACE(row.kernel);
    FakeGpu gpu;
    const CaseResult result = measure(gpu, gpu_case(row.kernel));
    EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_NEAR(value(result, "bandwidth"), 3e12, 1);
    const Metric* const payload = find_metric(result.metrics, "bandwidth/payload");
    ASSERT_EQ(payload != nullptr, row.payload_share > 0);
    if (payload != nullptr) {
      EXPECT_NEAR(payload->value, 3e12 * row.payload_share, 1);
    }
    EXPECT_TRUE(result.flags.empty());
  }
}

TEST(GpuCase, gives_the_median_and_the_spread_of_its_raw_samples) {
  FakeGpu gpu;
  gpu.slowdowns = {1.0, 2.0, 1.5};
  const CaseResult result = measure(gpu, gpu_case("copy"));
  const Metric* const bandwidth = find_metric(result.metrics, "bandwidth");
  ASSERT_NE(bandwidth, nullptr);
  ASSERT_TRUE(bandwidth->spread.has_value());
  EXPECT_NEAR(bandwidth->spread->min, 1.5e12, 1);
  EXPECT_NEAR(bandwidth->spread->median, 2e12, 1);
  EXPECT_NEAR(bandwidth->spread->max, 3e12, 1);
  ASSERT_EQ(result.samples.size(), 1U);
  EXPECT_EQ(result.samples[0].metric, "bandwidth");
  EXPECT_EQ(result.samples[0].values.size(), bandwidth->spread->samples);
  EXPECT_EQ(method(result, "samples"), std::to_string(bandwidth->spread->samples));
}

TEST(GpuCase, makes_every_sample_long_enough_and_checks_the_data_of_each) {
  FakeGpu gpu;
  const CaseResult result = measure(gpu, gpu_case("read", 1, std::uint64_t{1} << 20));
  EXPECT_GE(gpu.shortest_sample_s, gpu_sample_s_min);
  EXPECT_EQ(gpu.checks, result.samples.at(0).values.size() + gpu.selections - 2);  // of the search
}

TEST(GpuCase, samples_for_its_duration_and_until_there_are_thirty) {
  FakeGpu many;
  const CaseResult long_enough = measure(many, gpu_case("copy", 2));
  EXPECT_GE(long_enough.elapsed_s, 2);
  EXPECT_LE(long_enough.elapsed_s, 2.4);

  FakeGpu few;
  const CaseResult thirty = measure(few, gpu_case("copy", 0.15));
  EXPECT_EQ(thirty.samples.at(0).values.size(), gpu_samples_min);

  FakeGpu slow;
  slow.bytes_per_s = 1e9;
  const CaseResult bounded = measure(slow, gpu_case("copy", 1));
  EXPECT_LT(bounded.samples.at(0).values.size(), gpu_samples_min);
  ASSERT_EQ(bounded.flags.size(), 1U);
  EXPECT_NE(bounded.flags[0].find("only 2 samples"), std::string::npos) << bounded.flags[0];
}

TEST(GpuCase, relates_device_memory_to_the_derived_peak_and_a_transfer_to_none) {
  FakeGpu gpu;
  const CaseResult copy = measure(gpu, gpu_case("copy"));
  EXPECT_NEAR(value(copy, "peak/percent"), 100 * 3e12 / 3.35232e12, 1e-9);
  EXPECT_EQ(method(copy, "peak"), "3.35 TB/s = 2 x 2619 MHz (maximum memory clock) x 5120 bit / 8");
  const CaseResult transfer = measure(gpu, gpu_case("host-to-device"));
  EXPECT_EQ(find_metric(transfer.metrics, "peak/percent"), nullptr);
  EXPECT_EQ(method(transfer, "peak"), "");

  gpu.device_.memory_clock_hz = 0;
  const CaseResult unknown = measure(gpu, gpu_case("copy"));
  EXPECT_EQ(find_metric(unknown.metrics, "peak/percent"), nullptr);
  EXPECT_NE(method(unknown, "peak").find("unknown"), std::string::npos);
}

TEST(GpuCase, flags_more_than_the_memory_can_deliver) {
  FakeGpu gpu;
  gpu.bytes_per_s = 3.5e12;
  const CaseResult result = measure(gpu, gpu_case("read"));
  EXPECT_EQ(result.status, CaseStatus::ok);
  ASSERT_EQ(result.flags.size(), 1U);
  EXPECT_NE(result.flags[0].find("104.4 % of the derived peak"), std::string::npos)
      << result.flags[0];
}

TEST(GpuCase, fails_without_a_number_when_data_are_wrong) {
  for (const std::uint32_t from_check : {0U, 60U}) {
    FakeGpu gpu;
    gpu.wrong_words = 7;
    gpu.wrong_from_check = from_check;
    const CaseResult result = measure(gpu, gpu_case("triad"));
    EXPECT_EQ(result.status, CaseStatus::failed);
    EXPECT_NE(result.reason.find("wrong data: 7 elements or sums"), std::string::npos)
        << result.reason;
    EXPECT_TRUE(result.metrics.empty());
    EXPECT_TRUE(result.samples.empty());
    EXPECT_EQ(gpu.checks, from_check + 1);
  }
}

TEST(GpuCase, takes_the_fastest_variant_and_keeps_the_search) {
  FakeGpu gpu;
  gpu.speed = [](const GpuVariant& variant) {
    if (variant.staging == GpuStaging::bulk_copy && variant.unroll == 2) return 1.0;
    return variant.staging == GpuStaging::registers ? 0.5 : 0.75;
  };
  const CaseResult result = measure(gpu, gpu_case("copy"));
  EXPECT_EQ(method(result, "kernel"), "cp.async.bulk 16 B x 2, grid-stride, no blocks");
  EXPECT_EQ(method(result, "search").rfind("cp.async.bulk 16 B x 2, grid-stride: 3000 GB/s; ", 0),
            0U)
      << method(result, "search");
  EXPECT_NE(method(result, "search").find("4 B x 8, one-shot: 1500 GB/s"), std::string::npos);
  EXPECT_NEAR(value(result, "bandwidth"), 3e12, 1);
}

TEST(GpuCase, a_variant_with_wrong_data_fails_the_case_and_is_named) {
  FakeGpu gpu;
  gpu.wrong_variant = [](const GpuVariant& variant) {
    return variant.staging == GpuStaging::async_copy && variant.unroll == 4;
  };
  const CaseResult result = measure(gpu, gpu_case("copy"));
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("with variant cp.async 16 B x 4, grid-stride"), std::string::npos)
      << result.reason;
  EXPECT_TRUE(result.metrics.empty());
}

TEST(GpuCase, a_chase_gives_the_latency_of_a_load_and_no_bandwidth) {
  FakeGpu gpu;
  const CaseResult result = measure(gpu, gpu_case("chase"));
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_NEAR(value(result, "latency/load"), 600, 1e-6);
  EXPECT_EQ(find_metric(result.metrics, "bandwidth"), nullptr);
  EXPECT_EQ(find_metric(result.metrics, "peak/percent"), nullptr);
  EXPECT_EQ(method(result, "search"), "");
  EXPECT_EQ(method(result, "served by"), "");
}

TEST(GpuCase, a_chase_over_a_ring_that_the_cache_may_hold_says_so) {
  FakeGpu gpu;
  const CaseResult result = measure(gpu, gpu_case("chase", 1, std::uint64_t{64} << 20));
  EXPECT_EQ(
      method(result, "served by").rfind("the L2 cache of 50.0 MiB where it holds the ring", 0), 0U)
      << method(result, "served by");
}

TEST(GpuCase, elements_of_64_bits_are_asked_for_and_named) {
  FakeGpu gpu;
  Case item = gpu_case("dot");
  item.gpu->element = ElementType::f64;
  const CaseResult result = measure(gpu, item);
  EXPECT_EQ(gpu.task.element, GpuElement::f64);
  EXPECT_EQ(method(result, "element"), "f64");
  EXPECT_EQ(method(result, "search").find(" 4 B x"), std::string::npos);
}

TEST(GpuCase, arrays_that_the_cache_holds_are_not_related_to_the_memorys_peak) {
  FakeGpu gpu;
  gpu.bytes_per_s = 9e12;
  const CaseResult result = measure(gpu, gpu_case("read", 1, std::uint64_t{16} << 20));
  EXPECT_EQ(find_metric(result.metrics, "peak/percent"), nullptr);
  EXPECT_TRUE(result.flags.empty());
  EXPECT_NE(method(result, "peak").find("smaller than 8 x the L2 cache of 50.0 MiB"),
            std::string::npos)
      << method(result, "peak");
  EXPECT_EQ(gpu.task.passes, 64U);
  EXPECT_EQ(method(result, "passes per launch"), "64");
}

TEST(GpuCase, a_transfer_asks_for_the_memories_and_the_mover_of_the_case) {
  FakeGpu gpu;
  Case item = gpu_case("bidirectional");
  item.gpu->mover = Mover::multiprocessors;
  const CaseResult kernel = measure(gpu, item);
  EXPECT_EQ(gpu.task.mover, GpuMover::multiprocessors);
  EXPECT_EQ(gpu.task.host, GpuHostMemory::pinned);
  EXPECT_EQ(gpu.task.host_memory, nullptr);
  EXPECT_EQ(method(kernel, "bytes counted"), "bytes that cross the link, both directions together");
  item = gpu_case("host-to-device");
  item.gpu->host_buffer = HostBuffer::pageable;
  measure(gpu, item);
  EXPECT_EQ(gpu.task.host, GpuHostMemory::pageable);
}

TEST(GpuCase, a_host_buffer_lies_on_the_node_of_the_case) {
  FakeGpu gpu;
  Case item = gpu_case("host-to-device", 1, 1 << 20);
  item.gpu->numa_node = 0;
  const CaseResult result = measure(gpu, item);
  EXPECT_NE(gpu.task.host_memory, nullptr);
  EXPECT_NE(method(result, "host memory"), "");
  item.gpu->numa_node = 4000;
  try {
    measure(gpu, item);
    FAIL() << "bound to node 4000";
  } catch (const std::runtime_error& failure) {
    EXPECT_STREQ(failure.what(), "there is no NUMA node 4000");
  }
}

TEST(GpuCase, what_needs_peer_access_is_not_applicable_without) {
  FakeGpu gpu;
  gpu.unreachable_peer = 2;
  Case item = gpu_case("peer-latency");
  item.gpu->peer = 1;
  EXPECT_NEAR(value(measure(gpu, item), "latency/load"), 600, 1e-6);
  EXPECT_EQ(gpu.task.peer, 1);
  item.gpu->peer = 2;
  EXPECT_THROW(measure(gpu, item), NotApplicable);
  item = gpu_case("peer-copy");
  item.gpu->peer = 2;
  EXPECT_EQ(measure(gpu, item).status, CaseStatus::ok);  // the copy engine goes through the host
}

TEST(GpuCase, relates_a_known_gpu_to_its_data_sheet) {
  FakeGpu gpu;
  gpu.device_.name = "NVIDIA H100 80GB HBM3";
  const CaseResult result = measure(gpu, gpu_case("read"));
  EXPECT_NEAR(value(result, "peak/datasheet-percent"), 100 * 3000.0 / 3350, 1e-9);
  EXPECT_EQ(method(result, "data sheet"), "3.35 TB/s");
  FakeGpu unknown;
  EXPECT_EQ(find_metric(measure(unknown, gpu_case("read")).metrics, "peak/datasheet-percent"),
            nullptr);
}

TEST(GpuCase, skips_arrays_that_do_not_fit) {
  FakeGpu gpu;
  gpu.free = std::uint64_t{2} << 30;
  const CaseResult result = measure(gpu, gpu_case("triad", 1, std::uint64_t{1} << 30));
  EXPECT_EQ(result.status, CaseStatus::skipped);
  EXPECT_NE(result.reason.find("3 arrays of 1.00 GiB do not fit the 2.00 GiB"), std::string::npos)
      << result.reason;
  EXPECT_EQ(gpu.runs, 0U);
  gpu.free = 0;
  EXPECT_EQ(measure(gpu, gpu_case("read")).status, CaseStatus::skipped);
}

TEST(GpuCase, lets_a_failed_operation_and_an_unknown_kernel_through_in_words) {
  FakeGpu gpu;
  EXPECT_THROW(measure(gpu, gpu_case("juggle")), std::runtime_error);
  gpu.failure = "allocate 16 bytes of device memory: out of memory";
  EXPECT_THROW(measure(gpu, gpu_case("read")), std::runtime_error);
  FakeGpu timeless;
  timeless.bytes_per_s = 1e300;
  timeless.slowdowns = {0.0};
  EXPECT_THROW(measure(timeless, gpu_case("read")), std::runtime_error);
}

TEST(GpuCase, returns_early_when_asked_to_stop) {
  FakeGpu gpu;
  const std::atomic<bool> stop = true;
  const CaseResult result = measure(gpu, gpu_case("read", 1e6), {.stop = &stop, .on_progress = {}});
  EXPECT_LE(gpu.runs, 3U);
  EXPECT_TRUE(result.metrics.empty());
}

TEST(GpuCase, warms_up_and_shows_progress_once_a_second) {
  FakeGpu gpu;
  Case item = gpu_case("copy", 5);
  item.warm_up_s = 2;
  std::vector<double> shown;
  const RunControl control{.stop = nullptr, .on_progress = [&shown](const LiveRates& rates) {
                             shown.push_back(rates.bytes_per_s);
                           }};
  const CaseResult result = measure(gpu, item, control);
  EXPECT_GE(result.elapsed_s, 7);
  EXPECT_EQ(shown.size(), 4U);
  for (const double rate : shown) EXPECT_NEAR(rate, 3e12, 1);
}

}  // namespace
}  // namespace assay
