#include "reports/summary.hpp"

#include <gtest/gtest.h>

#include "reports/case_text.hpp"
#include "reports/key_metrics.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

TEST(Verdicts, SayTheHeadlinesOfEachChosenTarget) {
  const Result result = synthetic_result();
  const std::vector<Verdict> all = verdicts(result);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].target->id, "ebs-file");
  for (const char* part : {"4k random reads reach ", "knee at queue depth 8 (", "p99 ",
                           "sequential read 1.0", "write + fdatasync 4k takes p50 "}) {
    EXPECT_NE(all[0].sentence.find(part), std::string::npos) << all[0].sentence;
  }
  EXPECT_EQ(all[2].sentence.find("copy reaches "), 0U) << all[2].sentence;
  EXPECT_NE(all[2].sentence.find("a dependent random load takes "), std::string::npos);
}

TEST(Verdicts, TellNoLoadFromAnotherGpuAsOfTheOwnMemory) {
  Result result = synthetic_gpu_result();
  const auto sentence_of_gpu0 = [&result] {
    for (const Verdict& verdict : verdicts(result)) {
      if (verdict.target->id == "gpu0") return verdict.sentence;
    }
    return std::string();
  };
  EXPECT_NE(sentence_of_gpu0().find("copy reaches "), std::string::npos);
  EXPECT_EQ(sentence_of_gpu0().find("random load"), std::string::npos) << sentence_of_gpu0();
  for (Case& item : result.plan.cases) {
    if (item.id == "gpu/gpu0/chase/4096m") item.gpu->array_bytes = 0;  // the size chosen itself
  }
  EXPECT_NE(sentence_of_gpu0().find("; a dependent random load takes 667 ns."), std::string::npos)
      << sentence_of_gpu0();
}

TEST(Verdicts, ClaimNoKneeWhereIopsStillGrow) {
  Result result = synthetic_result();
  result.cases.resize(2);  // random reads at queue depths 1 and 4
  const std::string sentence = verdicts(result)[0].sentence;
  EXPECT_NE(sentence.find(" IOPS at queue depth 4, the largest measured, p99 "), std::string::npos)
      << sentence;
  EXPECT_EQ(sentence.find("knee"), std::string::npos) << sentence;
}

TEST(Verdicts, TakeNothingFromCasesThatFailed) {
  Result result = synthetic_result();
  for (CaseResult& measured : result.cases) measured.status = CaseStatus::failed;
  for (const Verdict& verdict : verdicts(result)) {
    EXPECT_EQ(verdict.sentence, "nothing was measured: no case ended ok.");
    EXPECT_TRUE(verdict.headlines.empty());
  }
}

TEST(Warnings, NameWhatFailedWhatIsFlaggedAndWhatWasSkipped) {
  Result result = synthetic_result();
  result.partial = "interrupted by SIGINT";
  result.noise.steal_percent = 7.25;
  result.comparability.comparable = false;
  result.cases[3].errors = {{"EIO", 4}};
  const std::vector<std::string> lines = warnings(result);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0], "Partial run: interrupted by SIGINT");
  EXPECT_EQ(lines[1].find("Failed: read 16 KiB at offset"), 0U);
  EXPECT_EQ(lines[2], "Note: 4 I/Os ended with EIO (storage/ebs-file/random-read/4k/qd16)");
  EXPECT_NE(lines[4].find("7.2 % of CPU time was stolen"), std::string::npos) << lines[4];
  EXPECT_EQ(lines[5].find("Not comparable"), 0U);
  EXPECT_EQ(lines[6], "Skipped: No NVIDIA GPU on the PCI bus. (gpu/gpu0/copy)");
}

TEST(Warnings, GroupCasesOfOneReason) {
  Result result;
  for (const char* id : {"a", "b", "c", "d", "e"}) {
    CaseResult skipped;
    skipped.id = id;
    skipped.status = CaseStatus::skipped;
    skipped.reason = "no space";
    result.cases.push_back(skipped);
  }
  EXPECT_EQ(warnings(result), (std::vector<std::string>{"Skipped: no space (a, b, c and 2 more)"}));
}

TEST(CountsText, CountsWhatWasNotReached) {
  Result result = synthetic_result();
  EXPECT_EQ(counts_text(result), "51 of 53 cases ok, 1 failed, 1 skipped");
  result.cases.resize(10);
  EXPECT_EQ(counts_text(result), "10 of 53 cases ok, 43 not reached");
}

TEST(SummaryLines, AreAtMostFive) {
  Result result = synthetic_result();
  EXPECT_EQ(summary_lines(result).size(), 5U);
  for (int i = 0; i < 6; ++i) {
    result.plan.targets.push_back(result.plan.targets[0]);
    result.plan.targets.back().id = "ebs-file-" + std::to_string(i + 2);
  }
  const std::vector<std::string> lines = summary_lines(result);
  EXPECT_EQ(lines.size(), 5U);
  EXPECT_NE(lines.back().find("6 further targets"), std::string::npos);
  EXPECT_EQ(summary_lines(Result{}).size(), 1U);
}

TEST(KeyMetrics, HaveOnlyPercentilesThatTheCaseHas) {
  const Result result = synthetic_result();
  const std::vector<KeyMetric> rows = key_metrics(result);
  ASSERT_GT(rows.size(), 20U);
  EXPECT_EQ(rows[0].measurement, "random read 4k, queue depth 1");
  EXPECT_EQ(rows[1].measurement, "random read 4k, queue depth 8 (knee)");
  EXPECT_TRUE(rows[0].latency_ns_p99);
  EXPECT_FALSE(rows[0].latency_ns_p999) << "8 k I/Os do not support p99.9";
  for (const KeyMetric& row : rows) {
    EXPECT_EQ(key_metric_cells(row).size(), key_metric_headings().size());
  }
}

TEST(KeyMetrics, TellTheLatencyFromWhatTheLoadRead) {
  Result result;
  Target memory;
  memory.id = "host-memory";
  memory.kind = TargetKind::host_memory;
  memory.chosen = true;
  result.plan.targets = {memory};
  Case item;
  item.id = item.workload = "loaded-latency";
  item.target = memory.id;
  item.memory = MemoryParameters{"loaded-latency", 8};
  result.plan.cases = {item};
  CaseResult measured;
  measured.id = item.id;
  measured.metrics = {{"latency/load", 196, "ns", Direction::lower_is_better, {}},
                      {"bandwidth", 63e9, "B/s", Direction::higher_is_better, {}}};
  result.cases = {measured};
  const std::vector<KeyMetric> rows = key_metrics(result);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].measurement, case_text(item) + ", read by the load");
  EXPECT_EQ(rows[0].value.name, "bandwidth");
  EXPECT_EQ(rows[1].measurement, case_text(item));
  EXPECT_EQ(rows[1].value.name, "latency/load");
}

TEST(RunLength, HasThePartsOfACaseThatLieApart) {
  Result result;
  result.cases.resize(3);
  // Parts of 10 s each: of the first at 5 s and 25 s, of the second at 15 s and 35 s.
  result.cases[0].start_s = 5;
  result.cases[0].elapsed_s = 20;
  result.cases[1].start_s = 15;
  result.cases[1].elapsed_s = 20;
  result.cases[2].start_s = 45;
  result.cases[2].elapsed_s = 0;  // skipped
  EXPECT_DOUBLE_EQ(run_length_s(result), 45);
  result.cases.pop_back();
  EXPECT_DOUBLE_EQ(run_length_s(result), 45);
  EXPECT_DOUBLE_EQ(run_length_s(Result{}), 0);
}

TEST(IoCount, IsOfWholeIos) {
  CaseResult mixed;
  mixed.histograms = {{"read", {}}, {"write", {}}};
  mixed.histograms[0].latency.count = 70;
  mixed.histograms[1].latency.count = 30;
  EXPECT_EQ(io_count(mixed), 100U);
  CaseResult commit;
  commit.histograms = {{"fdatasync", {}}, {"commit", {}}, {"write", {}}};
  commit.histograms[0].latency.count = 50;
  commit.histograms[1].latency.count = 50;
  commit.histograms[2].latency.count = commit.histograms[1].latency.count;
  EXPECT_EQ(io_count(commit), 50U);
  EXPECT_EQ(main_histogram(commit), &commit.histograms[1].latency);
}

TEST(RangeText, SaysASharedUnitOnce) {
  EXPECT_EQ(range_text({15700, 16000, 16700, 4}, "1/s"), "15.7 to 16.7 k IOPS");
  EXPECT_EQ(range_text({997e6, 1e9, 1.09e9, 4}, "B/s"), "997 MB/s to 1.09 GB/s");
  EXPECT_EQ(range_text({1, 1, 1, 1}, "1/s"), "");
}

}  // namespace
}  // namespace assay
