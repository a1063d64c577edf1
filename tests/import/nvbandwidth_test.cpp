#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/import/import.hpp"
#include "tests/import/import_support.hpp"

namespace assay {
namespace {

TEST(import_nvbandwidth, host_links_are_cases_of_each_gpu) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  EXPECT_EQ(result.import->version, "v0.8");
  EXPECT_DOUBLE_EQ(value(measured(result, "gpu/gpu0/host-to-device"), "bandwidth"), 55.3352e9);
  EXPECT_DOUBLE_EQ(value(measured(result, "gpu/gpu1/device-to-host"), "bandwidth"), 55.1204e9);
  const Case& by_sm = planned(result, "gpu/gpu1/host-to-device/multiprocessors");
  EXPECT_EQ(by_sm.gpu->mover, Mover::multiprocessors);
  EXPECT_EQ(by_sm.gpu->kernel, "host-to-device");
  EXPECT_DOUBLE_EQ(value(measured(result, by_sm.id), "bandwidth"), 55.0021e9);
  EXPECT_EQ(find_target(result.plan, "gpu1")->label, "NVIDIA H100 80GB HBM3");
}

TEST(import_nvbandwidth, tests_of_another_meaning_keep_their_name_and_every_value) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  const CaseResult& one_way =
      measured(result, "nvbandwidth/host_to_device_bidirectional_memcpy_ce");
  EXPECT_DOUBLE_EQ(value(one_way, "column-1/bandwidth"), 42.0911e9);
  const CaseResult& pairs = measured(result, "nvbandwidth/device_to_device_memcpy_read_ce");
  EXPECT_DOUBLE_EQ(value(pairs, "row-0/column-1/bandwidth"), 395.21e9);
  EXPECT_DOUBLE_EQ(value(pairs, "row-1/column-0/bandwidth"), 396.87e9);
  EXPECT_DOUBLE_EQ(value(pairs, "bandwidth"), (395.21e9 + 396.87e9) / 2);
  EXPECT_EQ(find_metric(pairs.metrics, "bandwidth")->spread->samples, 2U);
  EXPECT_FALSE(planned(result, pairs.id).gpu);
}

TEST(import_nvbandwidth, of_three_matrices_the_sum_of_both_directions_counts) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  const CaseResult& both =
      measured(result, "nvbandwidth/device_to_device_bidirectional_memcpy_read_ce");
  EXPECT_DOUBLE_EQ(value(both, "bandwidth"), 743e9);
  EXPECT_DOUBLE_EQ(value(both, "part-1/row-0/column-1/bandwidth"), 371.2e9);
  EXPECT_DOUBLE_EQ(value(both, "part-3/row-1/column-0/bandwidth"), 742.4e9);
}

TEST(import_nvbandwidth, latencies_are_nanoseconds) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  const CaseResult& latency = measured(result, "nvbandwidth/host_device_latency_sm");
  EXPECT_DOUBLE_EQ(value(latency, "column-0/latency"), 772.58);
  EXPECT_EQ(find_metric(latency.metrics, "latency/load")->unit, "ns");
  EXPECT_EQ(find_metric(latency.metrics, "latency/load")->direction, Direction::lower_is_better);
}

TEST(import_nvbandwidth, waived_and_failed_tests_say_why) {
  auto json = nlohmann::json::parse(import_fixture("nvbandwidth.json"));
  json["nvbandwidth"]["error"] = "Out of memory";
  json["nvbandwidth"]["testcases"].push_back(
      {{"name", "all_to_host_memcpy_ce"}, {"status", "Running"}});
  const Result result = import_nvbandwidth(json.dump(), {});
  EXPECT_EQ(measured(result, "nvbandwidth/multinode_device_to_device_memcpy_read_ce").status,
            CaseStatus::skipped);
  const CaseResult& failed = measured(result, "nvbandwidth/device_local_copy");
  EXPECT_EQ(failed.status, CaseStatus::failed);
  EXPECT_EQ(failed.reason, "nvbandwidth says Error: <b>CUDA_ERROR_OUT_OF_MEMORY</b>");
  EXPECT_EQ(measured(result, "nvbandwidth/all_to_host_memcpy_ce").reason,
            "nvbandwidth ended while it ran: Out of memory");
}

TEST(import_nvbandwidth, machines_with_few_and_with_many_gpus_ran_the_same_tests) {
  auto json = nlohmann::json::parse(import_fixture("nvbandwidth.json"));
  const Result two = import_nvbandwidth(json.dump(), {});
  for (auto& test : json["nvbandwidth"]["testcases"]) {
    if (!test.contains("bandwidth_matrix")) continue;
    test["bandwidth_matrix"] = {{"40"}};
  }
  const Result one = import_nvbandwidth(json.dump(), {});
  EXPECT_EQ(one.plan.suite_sha256, two.plan.suite_sha256);
  ASSERT_EQ(one.plan.primary->size(), 9U);
  EXPECT_EQ((*one.plan.primary)[0].cases, "gpu/*/host-to-device");
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ((*one.plan.primary)[i].cases, (*two.plan.primary)[i].cases);
  }
}

TEST(import_nvbandwidth, the_hosts_name_stays_behind) {
  const Result result = import_nvbandwidth(import_fixture("nvbandwidth.json"), {});
  for (const Target& target : result.plan.targets) {
    EXPECT_EQ(target.label.find("example-host"), std::string::npos);
  }
}

}  // namespace
}  // namespace assay
