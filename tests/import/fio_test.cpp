#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/import/import.hpp"
#include "reports/sha256.hpp"
#include "tests/import/import_support.hpp"

namespace assay {
namespace {

nlohmann::json fixture_json(const std::string& name) {
  const std::string text = import_fixture(name);
  return nlohmann::json::parse(text.substr(text.find('{')));
}

TEST(import_fio, says_what_the_file_says_and_no_more) {
  const std::string text = import_fixture("fio-several.json");
  const Result result = import_fio(text, {});
  ASSERT_TRUE(result.import);
  EXPECT_EQ(result.import->tool, "fio");
  EXPECT_EQ(result.import->version, "3.33");
  EXPECT_EQ(result.import->file_sha256, sha256_hex(text));
  EXPECT_TRUE(result.host.cpu.model.empty());
  EXPECT_TRUE(result.host.identity.product_name.empty());
  EXPECT_TRUE(result.host.block_devices.empty());
  EXPECT_FALSE(result.host.ec2);
  EXPECT_EQ(result.provenance.finished_utc, "2026-11-29T08:13:14Z");
  EXPECT_EQ(result.provenance.started_utc, "2026-11-29T08:13:05Z");  // 9 s before
  EXPECT_EQ(result.plan.suite, "fio");
  EXPECT_EQ(result.cases.size(), 4U);
}

TEST(import_fio, numbers_are_those_of_the_file) {
  const Result result = import_fio(import_fixture("fio-several.json"), {});
  const auto read = fixture_json("fio-several.json")["jobs"][0]["read"];
  const CaseResult& reads = measured(result, "storage/other-file/random-read/4k/qd16");
  EXPECT_EQ(reads.status, CaseStatus::ok);
  EXPECT_EQ(value(reads, "iops"), read["iops"].get<double>());
  EXPECT_EQ(value(reads, "bandwidth"), read["bw_bytes"].get<double>());
  EXPECT_EQ(value(reads, "ios"), read["total_ios"].get<double>());
  EXPECT_EQ(value(reads, "latency/p99"), read["clat_ns"]["percentile"]["99.000000"].get<double>());
  EXPECT_EQ(value(reads, "latency/p99.9"),
            read["clat_ns"]["percentile"]["99.900000"].get<double>());
  EXPECT_EQ(value(reads, "latency/mean"), read["clat_ns"]["mean"].get<double>());
  EXPECT_EQ(value(reads, "windows/iops-min"), read["iops_min"].get<double>());
  EXPECT_FALSE(find_metric(reads.metrics, "iops")->spread);  // fio gives no median
  EXPECT_NEAR(reads.elapsed_s, 2.004, 1e-9);
  EXPECT_NE(method(reads, "latency").find("clat"), std::string::npos);
  EXPECT_EQ(method(reads, "fio job"), "random-read");
  EXPECT_TRUE(reads.histograms.empty());
}

TEST(import_fio, a_percentile_needs_ten_ios_above_it) {
  const Result result = import_fio(import_fixture("fio-several.json"), {});
  const CaseResult& reads = measured(result, "storage/other-file/sequential-read/1m/qd8");
  EXPECT_TRUE(metric_value(reads.metrics, "latency/p99"));     // 1541 I/Os: 15 above
  EXPECT_FALSE(metric_value(reads.metrics, "latency/p99.5"));  // 7 above
}

TEST(import_fio, a_mix_has_both_directions_apart) {
  const Result result = import_fio(import_fixture("fio-several.json"), {});
  const auto job = fixture_json("fio-several.json")["jobs"][1];
  const CaseResult& mixed = measured(result, "storage/other-file/random-mixed-70-30/8k/qd4");
  EXPECT_DOUBLE_EQ(value(mixed, "iops"),
                   job["read"]["iops"].get<double>() + job["write"]["iops"].get<double>());
  EXPECT_EQ(value(mixed, "write/iops"), job["write"]["iops"].get<double>());
  EXPECT_EQ(value(mixed, "read/latency/p99"),
            job["read"]["clat_ns"]["percentile"]["99.000000"].get<double>());
  EXPECT_FALSE(metric_value(mixed.metrics, "latency/p99"));  // of both together fio gives none
}

TEST(import_fio, a_commit_is_not_its_write) {
  const Result result = import_fio(import_fixture("fio-several.json"), {});
  const auto job = fixture_json("fio-several.json")["jobs"][2];
  const CaseResult& log = measured(result, "storage/other-file/write-fdatasync/4k/qd1/pread");
  EXPECT_EQ(value(log, "fdatasync/latency/p99"),
            job["sync"]["lat_ns"]["percentile"]["99.000000"].get<double>());
  EXPECT_EQ(value(log, "write/latency/p50"),
            job["write"]["clat_ns"]["percentile"]["50.000000"].get<double>());
  EXPECT_FALSE(metric_value(log.metrics, "latency/p50"));
}

TEST(import_fio, grouped_jobs_are_one_and_their_depth_is_summed) {
  const Result result = import_fio(import_fixture("fio-group.json"), {});
  ASSERT_EQ(result.cases.size(), 1U);
  const std::string id = "storage/other-file/random-read/4k/qd16/libaio/threads-2";
  const Case& item = planned(result, id);
  EXPECT_EQ(item.storage->queue_depth, 16U);
  EXPECT_EQ(item.storage->threads, 2U);
  EXPECT_EQ(item.storage->engine, Engine::libaio);
  EXPECT_TRUE(measured(result, id).flags.empty());
  EXPECT_NE(method(measured(result, id), "queue depth").find("iodepth 8 in each of the 2 jobs"),
            std::string::npos);
}

TEST(import_fio, the_total_latency_is_taken_where_fio_has_its_percentiles) {
  const Result result = import_fio(import_fixture("fio-group.json"), {});
  const auto read = fixture_json("fio-group.json")["jobs"][0]["read"];
  const CaseResult& reads = result.cases[0];
  EXPECT_EQ(value(reads, "latency/p50"), read["lat_ns"]["percentile"]["50.000000"].get<double>());
  EXPECT_NE(method(reads, "latency").find("from before the submission"), std::string::npos);
}

/// fio's percentile is the middle of the bucket that the histogram's quantile falls into too.
TEST(import_fio, the_distribution_gives_fios_own_percentiles) {
  const Result result = import_fio(import_fixture("fio-group.json"), {});
  const auto latency = fixture_json("fio-group.json")["jobs"][0]["read"]["lat_ns"];
  ASSERT_EQ(result.cases[0].histograms.size(), 1U);
  const NamedHistogram& histogram = result.cases[0].histograms[0];
  EXPECT_EQ(histogram.name, "read");
  EXPECT_EQ(histogram.latency.sub_bucket_bits, 6U);
  EXPECT_EQ(histogram.latency.count, latency["N"].get<std::uint64_t>());
  EXPECT_EQ(histogram.latency.min_ns, latency["min"].get<std::uint64_t>());
  EXPECT_EQ(histogram.latency.max_ns, latency["max"].get<std::uint64_t>());
  EXPECT_NEAR(histogram.latency.mean_ns(), latency["mean"].get<double>(), 0.01);
  for (const auto& [name, value] : latency["percentile"].items()) {
    const double middle = value.get<double>();
    if (middle > latency["max"].get<double>()) continue;  // fio does not cut it to the maximum
    EXPECT_NEAR(static_cast<double>(histogram.latency.quantile(std::stod(name) / 100)), middle, 1)
        << name;
  }
}

TEST(import_fio, a_mix_has_a_distribution_of_each_direction) {
  const Result result = import_fio(import_fixture("fio-mixed.json"), {});
  const CaseResult& mixed = measured(result, "storage/other-file/random-mixed-75-25/4k/qd8");
  ASSERT_EQ(mixed.histograms.size(), 2U);
  EXPECT_EQ(mixed.histograms[0].name, "read");
  EXPECT_EQ(mixed.histograms[1].name, "write");
}

TEST(import_fio, a_capped_rate_is_measured_from_the_issue) {
  const Result result = import_fio(import_fixture("fio-rate.json"), {});
  const std::string id = "storage/other-file/random-write/16k/qd4/libaio/constant-500";
  const CaseResult& writes = measured(result, id);
  EXPECT_EQ(planned(result, id).storage->arrival, Arrival::constant);
  EXPECT_EQ(value(writes, "rate/intended"), 500);
  EXPECT_TRUE(metric_value(writes.metrics, "issued/latency/p50"));
  EXPECT_FALSE(metric_value(writes.metrics, "latency/p50"));
  ASSERT_EQ(writes.histograms.size(), 1U);
  EXPECT_EQ(writes.histograms[0].name, "issued");
}

TEST(import_fio, a_cap_that_was_not_reached_is_a_saturated_rate) {
  auto json = fixture_json("fio-rate.json");
  const std::string id = "storage/other-file/random-write/16k/qd4/libaio/constant-500";
  EXPECT_FALSE(is_flagged(measured(import_fio(json.dump(), {}), id), "saturated"));
  auto& write = json["jobs"][0]["write"];
  write["iops"] = 300.0;
  EXPECT_TRUE(is_flagged(measured(import_fio(json.dump(), {}), id),
                         "saturated: 300 of the 500 I/Os a second that the job allows"));
}

TEST(import_fio, a_job_that_failed_says_why_and_text_before_the_json_is_passed_over) {
  const Result result = import_fio(import_fixture("fio-full.txt"), {});
  ASSERT_EQ(result.cases.size(), 1U);
  EXPECT_EQ(result.cases[0].status, CaseStatus::failed);
  EXPECT_EQ(result.cases[0].reason, "fio ended the job with error 28 (No space left on device)");
  EXPECT_EQ(result.plan.targets[0].kind, TargetKind::block_device);
}

TEST(import_fio, the_user_says_what_the_file_does_not) {
  const Result result =
      import_fio(import_fixture("fio-group.json"), {"i4i.large", DeviceClass::instance_store});
  EXPECT_EQ(result.host.ec2->instance_type, "i4i.large");
  EXPECT_TRUE(result.host.identity.product_name.empty());
  EXPECT_EQ(result.cases[0].id, "storage/instance-store-file/random-read/4k/qd16/libaio/threads-2");
  EXPECT_EQ(result.plan.targets[0].device_class, DeviceClass::instance_store);
}

TEST(import_fio, only_files_of_the_same_jobs_are_of_one_suite) {
  auto json = fixture_json("fio-group.json");
  const auto suite_of = [&] { return import_fio(json.dump(), {}).plan.suite_sha256; };
  const std::string first = suite_of();
  json["global options"]["filename"] = "/elsewhere";
  json["jobs"][0]["read"]["iops"] = 1.0;
  EXPECT_EQ(suite_of(), first);
  json["global options"]["runtime"] = "60";
  EXPECT_NE(suite_of(), first);
}

TEST(import_fio, a_job_is_compared_by_its_rate_wherever_its_files_lay) {
  auto json = fixture_json("fio-several.json");
  const auto primary = *import_fio(json.dump(), {}).plan.primary;
  ASSERT_EQ(primary.size(), 4U);
  EXPECT_EQ(primary[0].cases, "storage/*/random-read/4k/qd16");
  EXPECT_EQ(primary[0].metric, "iops");
  EXPECT_EQ(primary[3].metric, "bandwidth");
  json["global options"]["filename"] = "/dev/nvme1n1";
  json["jobs"][0]["error"] = 5;  // a failure is no other suite
  const auto other = *import_fio(json.dump(), {}).plan.primary;
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(other[i].cases, primary[i].cases);
}

TEST(import_fio, two_jobs_of_one_kind_have_two_ids_and_a_share_each) {
  auto json = fixture_json("fio-several.json");
  json["jobs"][1] = json["jobs"][0];
  const Result result = import_fio(json.dump(), {});
  EXPECT_EQ(result.cases[1].id, result.cases[0].id + "/case-2");
  EXPECT_TRUE(is_flagged(result.cases[0], "1 other job of its group ran at the same time"));
  EXPECT_FALSE(is_flagged(result.cases[3], "of its group"));
}

TEST(import_fio, what_the_options_do_not_explain_is_flagged) {
  auto json = fixture_json("fio-group.json");
  json["global options"]["numjobs"] = "1";
  EXPECT_TRUE(is_flagged(import_fio(json.dump(), {}).cases[0], "fio added up 2 jobs"));
  EXPECT_NE(import_fio(json.dump(), {}).cases[0].id.find("/fio-random-"), std::string::npos);
  EXPECT_NE(import_fio(json.dump(), {}).cases[0].id.find("/jobs-2"), std::string::npos);
  json["jobs"][0]["job options"]["bs"] = "8k";
  EXPECT_TRUE(is_flagged(import_fio(json.dump(), {}).cases[0], "4096 B on average, not 8192"));
}

TEST(import_fio, windows_are_those_of_a_single_job) {
  auto json = fixture_json("fio-group.json");
  ASSERT_TRUE(json["jobs"][0]["read"]["iops_samples"].get<int>() > 1);
  const Result result = import_fio(json.dump(), {});
  for (const Metric& metric : result.cases[0].metrics) {
    EXPECT_EQ(metric.name.find("windows/"), std::string::npos) << "summed over jobs: of none";
  }
}

TEST(import_fio, a_distribution_in_unknown_buckets_is_left_out) {
  auto json = fixture_json("fio-group.json");
  auto& bins = json["jobs"][0]["read"]["lat_ns"]["bins"];
  const auto [name, count] = std::pair(bins.begin().key(), bins.begin().value());
  bins.erase(name);
  Result result = import_fio(json.dump(), {});
  EXPECT_TRUE(result.cases[0].histograms.empty());
  EXPECT_NE(method(result.cases[0], "distribution").find("buckets hold"), std::string::npos);
  bins["300001"] = count;
  result = import_fio(json.dump(), {});
  EXPECT_TRUE(result.cases[0].histograms.empty());
  EXPECT_NE(method(result.cases[0], "distribution").find("300001 is not the middle"),
            std::string::npos);
}

TEST(import_fio, a_distribution_whose_minimum_is_above_its_maximum_is_left_out) {
  auto json = fixture_json("fio-group.json");
  json["jobs"][0]["read"]["lat_ns"]["min"] = 1000000000000;
  const Result result = import_fio(json.dump(), {});
  EXPECT_TRUE(result.cases[0].histograms.empty());
  EXPECT_EQ(method(result.cases[0], "distribution"), "left out: its minimum is above its maximum");
}

TEST(import_fio, files_on_several_places_are_several_targets) {
  auto json = fixture_json("fio-several.json");
  json["jobs"][1]["job options"]["filename"] = "/dev/nvme1n1";
  json["jobs"][2]["job options"]["filename"] = "/mnt/other/data";
  json["jobs"][3]["job options"]["filename"] = "/dev/nvme2n1";
  const Result result = import_fio(json.dump(), {});
  std::vector<std::string> ids;
  for (const Target& target : result.plan.targets) ids.push_back(target.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"other-file", "other", "other-file-2", "other-2"}));
}

}  // namespace
}  // namespace assay
