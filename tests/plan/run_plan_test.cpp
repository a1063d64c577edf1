#include "runners/run/run_plan.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <tuple>

#include "reports/json/result_json.hpp"

namespace assay {
namespace {

/// A plan of cases that need no disk: skipped ones, one that cannot be set up, one of memory.
class RunPlan : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-run-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    Target missing;
    missing.id = "other-file";
    missing.path = "/nonexistent-assay";
    missing.chosen = true;
    missing.span_bytes = 16U << 20;
    Target memory;
    memory.id = "host-memory";
    memory.kind = TargetKind::host_memory;
    memory.chosen = true;
    result_.plan.targets = {missing, memory};
    add("skipped").skip_reason = "no NVIDIA driver";
    for (const char* id : {"broken", "broken-too"}) {
      Case& item = add(id);
      item.target = "other-file";
      item.storage =
          StorageParameters{Operation::read, Pattern::random, 4096, 1, 100, Durability::none};
    }
    Case& item = add("memory");
    item.target = "host-memory";
    item.memory = MemoryParameters{"copy", 1, 4U << 20};
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  Case& add(const std::string& id) {
    Case item;
    item.id = id;
    item.duration_s = 0.02;
    result_.plan.cases.push_back(item);
    return result_.plan.cases.back();
  }

  void run() {
    const Journal journal = Journal::begin(directory_ + "/journal.ndjson", result_);
    std::FILE* sink = std::tmpfile();
    Progress progress(result_.plan, sink, ProgressStyle::plain_lines);
    run_plan(result_, journal, progress, stop_);
    std::fclose(sink);
  }

  std::string directory_;
  Result result_;
  std::atomic<bool> stop_{false};
};

TEST_F(RunPlan, AFailureBecomesAReasonAndTheNextCaseRuns) {
  run();
  ASSERT_EQ(result_.cases.size(), 4U);
  EXPECT_EQ(result_.cases[0].status, CaseStatus::skipped);
  EXPECT_EQ(result_.cases[1].status, CaseStatus::failed);
  EXPECT_NE(result_.cases[1].reason.find("/nonexistent-assay"), std::string::npos);
  EXPECT_EQ(result_.cases[2].reason, result_.cases[1].reason);
  EXPECT_EQ(result_.cases[3].status, CaseStatus::ok) << result_.cases[3].reason;
  EXPECT_EQ(exit_code_of(result_), 1);
  EXPECT_EQ(read_journal(directory_ + "/journal.ndjson").cases.size(), 4U);
}

TEST_F(RunPlan, DoneCasesAreNotRunAgain) {
  CaseResult done;
  done.id = "memory";
  done.reason = "from before";
  done.start_s = 10;
  done.elapsed_s = 5;
  result_.cases.push_back(done);
  run();
  ASSERT_EQ(result_.cases.size(), 4U);
  EXPECT_EQ(find_case_result(result_, "memory")->reason, "from before");
  EXPECT_GE(find_case_result(result_, "broken")->start_s, 15);
}

TEST_F(RunPlan, ARateThatWasOfferedIsToldThoughItsLoopWasMeasuredAgain) {
  Target set;
  set.id = "other-file-all";
  set.kind = TargetKind::target_set;
  set.members = {"other-file", "another-file"};
  result_.plan.targets.push_back(set);
  for (Case* item : {&result_.plan.cases[1], &result_.plan.cases[2]}) item->target = set.id;
  StorageParameters& open = *result_.plan.cases[2].storage;
  open.arrival = Arrival::poisson;
  open.rate_percent = 50;
  for (const auto& [id, metric, value] :
       {std::tuple{"broken", "iops", 900.0}, {"broken-too", "rate/intended", 500.0}}) {
    CaseResult done;
    done.id = id;
    done.metrics = {{metric, value, "1/s", Direction::informative, {}}};
    result_.cases.push_back(done);
  }
  run();
  EXPECT_EQ(result_.plan.cases[2].storage->rate_per_s, 250) << "each of two members";
}

TEST_F(RunPlan, AStopLeavesTheRestUndone) {
  stop_ = true;
  run();
  EXPECT_TRUE(result_.cases.empty());
}

TEST(ExitCode, FollowsTheDesign) {
  Result result;
  result.plan.cases.resize(2);
  result.plan.cases[0].id = "required";
  result.plan.cases[1].id = "optional";
  result.plan.cases[1].required = false;
  EXPECT_EQ(exit_code_of(result), 1);  // nothing ran
  CaseResult item;
  item.id = "optional";
  result.cases = {item};
  EXPECT_EQ(exit_code_of(result), 1);  // nothing required ran
  item.id = "required";
  item.status = CaseStatus::skipped;
  result.cases.push_back(item);
  EXPECT_EQ(exit_code_of(result), 1);
  result.cases[1].status = CaseStatus::ok;
  EXPECT_EQ(exit_code_of(result), 0);
  result.cases[0].status = CaseStatus::failed;
  EXPECT_EQ(exit_code_of(result), 1);
  result.partial = "stopped by SIGINT";
  EXPECT_EQ(exit_code_of(result), 4);
}

}  // namespace
}  // namespace assay
