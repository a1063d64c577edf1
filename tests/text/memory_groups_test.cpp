#include "reports/memory_groups.hpp"

#include <gtest/gtest.h>

#include "reports/summary.hpp"
#include "tests/html/synthetic_memory.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

const MemoryCurve* find(const std::vector<MemoryCurve>& curves, const std::string& label,
                        const std::string& metric) {
  for (const MemoryCurve& curve : curves) {
    if (curve.label == label && curve.metric == metric) return &curve;
  }
  return nullptr;
}

TEST(MemoryGroups, ACurveNeedsThreeCasesThatDifferInOneParameterAlone) {
  const Result result = synthetic_sets_result();
  const std::vector<MemoryCurve> threads = thread_curves(result, "host-memory");
  ASSERT_EQ(threads.size(), 4U);  // triad and write have 1 and all threads only
  const MemoryCurve* read = find(threads, "read", "bandwidth");
  ASSERT_NE(read, nullptr);
  ASSERT_EQ(read->points.size(), 4U);
  EXPECT_EQ(read->points[0].x, 1);
  EXPECT_EQ(read->points[1].x, 2);
  EXPECT_EQ(read->points[3].x, 8);  // all threads of the host
  EXPECT_NE(find(threads, "loaded-latency", "latency/load"), nullptr);
  const std::vector<MemoryCurve> sets = working_set_curves(result, "host-memory");
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[0].points.size(), 15U);
  EXPECT_EQ(sets[0].points.front().x, 16384);
  EXPECT_TRUE(thread_curves(synthetic_result(), "host-memory").empty());
}

TEST(MemoryGroups, AllThreadsAreThoseThatRan) {
  Result result = synthetic_sets_result();
  for (CaseResult& measured : result.cases) {
    const Case* item = find_case(result.plan, measured.id);
    if (item == nullptr || !item->memory || item->memory->threads != 0) continue;
    std::erase_if(measured.method, [](const NamedText& entry) { return entry.first == "threads"; });
    measured.method.emplace_back("threads", "6, on CPUs 0-5");
  }
  const std::vector<MemoryCurve> threads = thread_curves(result, "host-memory");
  EXPECT_EQ(find(threads, "read", "bandwidth")->points.back().x, 6);
}

TEST(MemoryGroups, AMatrixIsOfOneWorkingSet) {
  Result result = synthetic_sets_result();
  const std::size_t cases = result.plan.cases.size();
  for (std::size_t i = 0; i < cases; ++i) {
    Case small = result.plan.cases[i];
    if (!small.memory || !small.memory->cpu_node || !small.memory->memory_node) continue;
    CaseResult measured = *find_case_result(result, small.id);
    small.id += "/16m";
    small.memory->working_set_bytes = 16 << 20;
    measured.id = small.id;
    for (Metric& metric : measured.metrics) metric.value *= 10;
    result.plan.cases.push_back(small);
    result.cases.push_back(measured);
  }
  const std::vector<NodeMatrix> all = node_matrices(result, "host-memory");
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].title, "read, all threads");
  EXPECT_EQ(all[0].values[0][1], 71e9);
  EXPECT_EQ(all[2].title, "read, all threads, 16m");
  EXPECT_EQ(all[2].values[0][1], 710e9);
}

TEST(MemoryGroups, MatricesHaveARowForTheCpusOfEachNode) {
  const std::vector<NodeMatrix> all = node_matrices(synthetic_sets_result(), "host-memory");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].title, "read, all threads");
  EXPECT_EQ(all[0].values[0][1], 71e9);
  EXPECT_EQ(all[0].values[1][1], 190e9);
  EXPECT_EQ(all[1].metric, "latency/load");
  EXPECT_EQ(all[1].values[1][0], 168);
  EXPECT_TRUE(node_matrices(synthetic_result(), "host-memory").empty());
}

TEST(MemoryGroups, CachesAndOtherNodesDoNotSpeakForTheMachine) {
  const Result result = synthetic_sets_result();
  for (const Verdict& verdict : verdicts(result)) {
    if (verdict.target->id != "host-memory") continue;
    EXPECT_EQ(verdict.sentence.find("180"), std::string::npos) << verdict.sentence;
    EXPECT_EQ(verdict.sentence.find("190"), std::string::npos) << verdict.sentence;
    EXPECT_EQ(verdict.sentence.find("1.10 ns"), std::string::npos) << verdict.sentence;
  }
}

TEST(MemoryGroups, WhatNoFigureShowsStaysAmongTheBars) {
  const Result result = synthetic_sets_result();
  const auto grouped = [&](const std::string& id) {
    return in_memory_group(result, *find_case(result.plan, "memory/host-memory/" + id));
  };
  EXPECT_FALSE(grouped("copy/1-thread"));
  EXPECT_FALSE(grouped("copy/all-threads"));
  EXPECT_FALSE(grouped("copy/1-thread/small-pages"));
  EXPECT_TRUE(grouped("copy/4-threads"));
  EXPECT_TRUE(grouped("read/1-thread/16384"));
  EXPECT_TRUE(grouped("triad/all-threads/l3-0"));
}

}  // namespace
}  // namespace assay
