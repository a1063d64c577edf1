#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/import/import.hpp"
#include "reports/json/result_json.hpp"
#include "tests/import/import_support.hpp"

namespace assay {
namespace {

nlohmann::json document() { return nlohmann::json::parse(import_fixture("google-benchmark.json")); }

TEST(import_google_benchmark, repetitions_are_samples_and_their_aggregates_are_not) {
  const auto json = document();
  const Result result = import_google_benchmark(json.dump(), {});
  std::vector<double> real;
  for (const auto& one : json["benchmarks"]) {
    if (one["run_name"] == "memory/read/generic/16384" && one["run_type"] == "iteration") {
      real.push_back(one["real_time"].get<double>());
    }
  }
  ASSERT_EQ(real.size(), 3U);
  EXPECT_EQ(result.cases.size(), 4U);
  const CaseResult& reads = measured(result, "benchmark/memory/read/generic/16384");
  ASSERT_EQ(reads.samples.size(), 3U);
  EXPECT_EQ(reads.samples[0].values, real);
  EXPECT_EQ(value(reads, "time/real"), spread_of(real).median);
  EXPECT_EQ(find_metric(reads.metrics, "time/real")->spread->samples, 3U);
  EXPECT_EQ(find_metric(reads.metrics, "bandwidth")->unit, "B/s");
}

TEST(import_google_benchmark, aggregates_are_taken_where_nothing_else_is_there) {
  const std::string text = import_fixture("google-benchmark-aggregates.json");
  const Result result = import_google_benchmark(text, {});
  ASSERT_EQ(result.cases.size(), 1U);
  const auto json = nlohmann::json::parse(text);
  double median = 0;
  for (const auto& one : json["benchmarks"]) {
    if (one["aggregate_name"] == "median") median = one["real_time"].get<double>();
  }
  EXPECT_EQ(value(result.cases[0], "time/real"), median);
  EXPECT_FALSE(find_metric(result.cases[0].metrics, "time/real")->spread);
  EXPECT_EQ(method(result.cases[0], "value"),
            "the median of 5 repetitions that the file does not show");
}

TEST(import_google_benchmark, the_machine_is_what_the_context_says_without_its_name) {
  const Result result = import_google_benchmark(document().dump(), {});
  EXPECT_EQ(result.host.cpu.threads, 2U);
  EXPECT_EQ(result.provenance.started_utc, "2026-11-29T08:27:23Z");
  const std::string text = write_json(result);
  EXPECT_EQ(text.find("example-host"), std::string::npos);
  EXPECT_EQ(text.find("someone"), std::string::npos);  // of the program's path its name is kept
  EXPECT_EQ(result.plan.targets[0].id, "assay");
  EXPECT_EQ(result.plan.targets[0].kind, TargetKind::program);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].check, "debug-library");
}

TEST(import_google_benchmark, times_are_nanoseconds_and_dates_utc) {
  auto json = document();
  json["context"]["date"] = "2026-03-01T00:30:00+01:00";
  json["benchmarks"] = {{{"name", "a"},
                         {"iterations", 10},
                         {"real_time", 1.5},
                         {"cpu_time", 1.0},
                         {"time_unit", "ms"},
                         {"misses", -3.0}}};
  Result result = import_google_benchmark(json.dump(), {});
  EXPECT_EQ(value(result.cases[0], "time/real"), 1.5e6);
  EXPECT_EQ(value(result.cases[0], "counter/misses"), -3);
  EXPECT_EQ(result.provenance.started_utc, "2026-02-28T23:30:00Z");
  json["context"]["date"] = "2015/03/17-18:40:25";  // of which zone is not told
  EXPECT_EQ(import_google_benchmark(json.dump(), {}).provenance.started_utc, "");
}

TEST(import_google_benchmark, errors_and_skips_are_told) {
  auto json = document();
  json["benchmarks"] = {{{"name", "bad"},
                         {"error_occurred", true},
                         {"error_message", "<i>no file</i>"},
                         {"iterations", 0},
                         {"real_time", 0.0},
                         {"cpu_time", 0.0},
                         {"time_unit", "ns"}},
                        {{"name", "none"}, {"skipped", true}, {"skip_message", "no GPU"}}};
  const Result result = import_google_benchmark(json.dump(), {});
  EXPECT_EQ(measured(result, "benchmark/bad").status, CaseStatus::failed);
  EXPECT_EQ(measured(result, "benchmark/bad").reason, "<i>no file</i>");
  EXPECT_EQ(measured(result, "benchmark/none").status, CaseStatus::skipped);
  EXPECT_EQ(measured(result, "benchmark/none").reason, "no GPU");
}

}  // namespace
}  // namespace assay
