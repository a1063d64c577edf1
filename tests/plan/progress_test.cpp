#include "runners/run/progress.hpp"

#include <gtest/gtest.h>

#include <array>

#include "runners/run/provenance.hpp"

namespace assay {
namespace {

TEST(Progress, TextHasCaseCountRatesAndTimes) {
  EXPECT_EQ(progress_text(3, 28, "storage/x/qd4", {16'900, 69.2e6}, 12, 80),
            "[ 3/28] storage/x/qd4  16.9 k IOPS  69.2 MB/s  |  0:12 elapsed, 1:20 left");
  EXPECT_EQ(progress_text(28, 28, "fill", {}, 3661, -1),
            "[28/28] fill  |  61:01 elapsed, 0:00 left");
}

TEST(Progress, HeadlineOfAFailedCaseIsItsReason) {
  CaseResult result;
  result.status = CaseStatus::failed;
  result.reason = "3 of 9 I/Os failed: 3 EIO";
  EXPECT_EQ(case_headline(result), "failed: 3 of 9 I/Os failed: 3 EIO");
  result.status = CaseStatus::ok;
  result.metrics = {{"latency/load", 204, "ns", Direction::lower_is_better, {}}};
  EXPECT_EQ(case_headline(result), "load 204 ns");
}

TEST(Progress, PlainLinesHaveNoControlCharacters) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  Plan plan;
  plan.cases.resize(1);
  Progress progress(plan, file, ProgressStyle::plain_lines);
  progress.begin(1, "storage/x");
  progress.live({1000, 4096000});
  CaseResult result;
  result.id = "storage/x";
  result.metrics = {{"iops", 1000, "1/s", Direction::higher_is_better, {}}};
  progress.end(1, result);
  std::rewind(file);
  std::array<char, 512> text{};
  const std::size_t count = std::fread(text.data(), 1, text.size(), file);
  std::fclose(file);
  const std::string written(text.data(), count);
  EXPECT_EQ(written.find('\r'), std::string::npos);
  EXPECT_EQ(written.find('\x1b'), std::string::npos);
  EXPECT_NE(written.find("[ 1/1] storage/x  1.00 k IOPS"), std::string::npos) << written;
}

TEST(Progress, WhatARunBeforeMeasuredTakesNoTime) {
  std::FILE* file = std::tmpfile();
  ASSERT_NE(file, nullptr);
  Plan plan;
  plan.cases.resize(3);
  for (Case& item : plan.cases) item.duration_s = 600;
  Progress progress(plan, file, ProgressStyle::one_line_rewritten);
  progress.set_measured({false, true, false});
  progress.note_filling("x");
  std::rewind(file);
  std::array<char, 512> text{};
  const std::size_t count = std::fread(text.data(), 1, text.size(), file);
  std::fclose(file);
  const std::string written(text.data(), count);
  EXPECT_NE(written.find("20:00 left"), std::string::npos) << written;
}

TEST(Provenance, CommandLineIsQuotedForAShell) {
  EXPECT_EQ(quoted_command_line({"assay", "run", "--only", "a/*", "it's", ""}),
            "assay run --only 'a/*' 'it'\\''s' ''");
  EXPECT_FALSE(program_provenance().assay_version.empty());
  EXPECT_FALSE(program_provenance().git_commit.empty());
}

}  // namespace
}  // namespace assay
