#include "runners/collect/found_runs.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "reports/json/result_json.hpp"
#include "reports/trust/seal.hpp"
#include "tests/fleet/synthetic_fleet.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

class FoundRuns : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "assay-found-XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  static std::string sealed(Result result) {
    seal(result, std::nullopt);
    return write_json(result);
  }

  static Result one() {
    return synthetic_instance(*find_type(embedded_catalog(), "i4i.large"), 0, 1);
  }

  FoundRun only() const {
    const auto runs = find_runs(root_, 0);
    EXPECT_EQ(runs.size(), 1U);
    return runs.empty() ? FoundRun() : runs.front();
  }

  fs::path root_;
};

TEST_F(FoundRuns, ACaseThatFailedIsNamed) {
  Result result = one();
  write("run=a/result.json", sealed(result));
  EXPECT_EQ(only().state, RunState::done);
  EXPECT_EQ(only().type, "i4i.large");
  EXPECT_NE(only().machine, "");
  result.cases.at(1).status = CaseStatus::failed;
  result.cases.at(1).reason = "Input/output\x1b[2J error";
  write("run=a/result.json", sealed(result));
  EXPECT_EQ(only().state, RunState::failed);
  EXPECT_TRUE(only().has_whole);
  EXPECT_NE(only().note.find("1 of "), std::string::npos) << only().note;
  EXPECT_NE(only().note.find(result.cases[1].id + ": Input/output?[2J error"), std::string::npos)
      << only().note;
  for (CaseResult& item : result.cases) item.status = CaseStatus::skipped;
  write("run=a/result.json", sealed(result));
  EXPECT_EQ(only().state, RunState::failed);
  EXPECT_EQ(only().note, "no case of its Result ran");
}

TEST_F(FoundRuns, AStoppedRunIsPartialUnderEitherName) {
  Result result = one();
  result.partial = "interrupted";
  for (const char* name : {"x/result.json", "x/result-partial.json"}) {
    write(name, sealed(result));
    EXPECT_EQ(only().state, RunState::partial);
    EXPECT_EQ(only().note, "interrupted");
    EXPECT_FALSE(only().has_whole);
    fs::remove_all(root_ / "x");
  }
}

TEST_F(FoundRuns, WhatIsNotVerifiedIsNoResult) {
  write("x/result.json", write_json(one()));
  EXPECT_EQ(only().state, RunState::failed);
  EXPECT_NE(only().note.find("NOT VERIFIED"), std::string::npos) << only().note;
  write("x/result.json", "{");
  EXPECT_EQ(only().state, RunState::failed);
  write("x/result.json", "");
  EXPECT_EQ(only().state, RunState::failed);
}

TEST_F(FoundRuns, OfSeveralAttemptsTheBestCounts) {
  write("run=a/i-1/result.json", sealed(one()));
  write("run=a/i-2/assay.log", "x");
  write("run=a.of-12-0/assay.log", "x");
  write(".hidden/assay.log", "x");
  write("rows/rows.ndjson", "x");
  EXPECT_EQ(only().state, RunState::done);
  EXPECT_EQ(only().folder, "run=a");
}

}  // namespace
}  // namespace assay
