#include "reports/fleet/headline.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace assay {
namespace {

const HeadlineMetric& by_id(std::string_view id) {
  return *std::find_if(headlines().begin(), headlines().end(),
                       [&](const HeadlineMetric& one) { return one.id == id; });
}

CaseSummary random_read(const std::string& target, std::uint32_t depth, double iops,
                        std::uint32_t devices = 1, std::uint32_t block = 4096) {
  CaseSummary item;
  item.id = target + "/qd" + std::to_string(depth);
  item.target = target;
  item.device_class = DeviceClass::instance_store;
  item.devices = devices;
  item.storage = StorageParameters{Operation::read, Pattern::random, block, depth};
  item.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, {}},
                  {"latency/p99", 1e9 / iops, "ns", Direction::lower_is_better, {}}};
  return item;
}

TEST(headline, the_best_depth_of_the_worst_target_counts) {
  RunSummary run;
  run.cases = {random_read("a", 1, 100), random_read("a", 32, 900), random_read("b", 1, 90),
               random_read("b", 32, 700)};
  const auto value = headline_value(run, by_id("store-read"));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->value, 700);
  EXPECT_EQ(value->case_id, "b/qd32");
  // Of latencies too: the slower disk.
  EXPECT_DOUBLE_EQ(headline_value(run, by_id("store-latency"))->value, 1e9 / 90);
}

TEST(headline, of_a_gpu_is_the_memory_of_one_and_not_its_cache) {
  const auto read = [](const std::string& id, std::uint64_t array_bytes, double rate) {
    CaseSummary item;
    item.id = id;
    item.target = "gpu0";
    item.gpu = GpuParameters{"read", array_bytes};
    item.metrics = {{"bandwidth", rate, "B/s", Direction::higher_is_better, {}}};
    return item;
  };
  RunSummary run;
  run.cases = {read("gpu/gpu0/read/4m", 4U << 20, 9e12), read("gpu/all-gpus/read", 0, 8e12)};
  EXPECT_FALSE(headline_value(run, by_id("gpu-read")));
  run.cases.push_back(read("gpu/gpu0/read/1g", 1U << 30, 2e12));
  EXPECT_EQ(headline_value(run, by_id("gpu-read"))->value, 2e12);
  run.cases.push_back(read("gpu/gpu0/read", 0, 1.9e12));
  EXPECT_EQ(headline_value(run, by_id("gpu-read"))->value, 1.9e12);
}

TEST(headline, of_memory_is_no_cache_and_no_part_of_the_threads) {
  const auto memory = [](const MemoryParameters& parameters, const char* metric, double value) {
    CaseSummary item;
    item.id = "memory/host-memory/" + parameters.kernel;
    item.target = "host-memory";
    item.memory = parameters;
    item.metrics = {{metric, value, "", Direction::informative, {}}};
    return item;
  };
  RunSummary run;
  run.cases = {memory({"latency", 1}, "latency/load", 105),
               memory({"latency", 1, 16 << 10}, "latency/load", 1.2),
               memory({"triad", 0}, "bandwidth", 100e9), memory({"triad", 8}, "bandwidth", 110e9),
               memory({"triad", 0, 1 << 20}, "bandwidth", 900e9)};
  EXPECT_EQ(headline_value(run, by_id("memory-latency"))->value, 105);
  EXPECT_EQ(headline_value(run, by_id("memory-triad"))->value, 100e9);
}

TEST(headline, all_devices_at_once_go_before_one) {
  RunSummary run;
  run.cases = {random_read("a", 32, 900), random_read("all", 32, 1500, 2)};
  EXPECT_EQ(headline_value(run, by_id("store-read"))->value, 1500);
  EXPECT_EQ(headline_value(run, by_id("store-read"))->devices, 2U);
}

TEST(headline, what_is_out_of_the_ordinary_does_not_count) {
  RunSummary run;
  run.cases = {random_read("a", 32, 900)};
  run.cases[0].storage->engine = Engine::pread;
  EXPECT_FALSE(headline_value(run, by_id("store-read")));
  run.cases[0].storage->engine = Engine::io_uring;
  run.cases[0].storage->arrival = Arrival::poisson;
  EXPECT_FALSE(headline_value(run, by_id("store-read")));
  run.cases[0].storage->arrival = Arrival::closed;
  EXPECT_TRUE(headline_value(run, by_id("store-read")));
  run.cases[0].status = CaseStatus::failed;
  EXPECT_FALSE(headline_value(run, by_id("store-read")));
}

TEST(headline, ebs_is_read_by_16_kib_where_that_was_measured) {
  RunSummary run;
  run.cases = {random_read("e", 32, 3000), random_read("e", 33, 2000, 1, 16384)};
  for (CaseSummary& item : run.cases) item.device_class = DeviceClass::ebs;
  EXPECT_EQ(headline_value(run, by_id("ebs-read"))->value, 2000);
  run.cases.pop_back();
  EXPECT_EQ(headline_value(run, by_id("ebs-read"))->value, 3000);
  EXPECT_FALSE(headline_value(run, by_id("store-read")));
}

}  // namespace
}  // namespace assay
