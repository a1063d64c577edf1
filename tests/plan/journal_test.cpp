#include "runners/run/journal.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "reports/json/result_json.hpp"

namespace assay {
namespace {

class JournalFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-journal-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    path_ = directory_ + "/journal.ndjson";
    header_.plan.cases.resize(2);
    header_.plan.cases[0].id = "a";
    header_.plan.cases[1].id = "b";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static CaseResult finished(const std::string& id) {
    CaseResult result;
    result.id = id;
    result.reason = "{\"looks\":\"like JSON\"}\n";
    return result;
  }

  std::string directory_;
  std::string path_;
  Result header_;
};

TEST_F(JournalFile, GivesBackWhatWasAppended) {
  const Journal journal = Journal::begin(path_, header_);
  Preparation preparation;
  preparation.target = "ebs-file";
  preparation.bytes = 5;
  journal.append(preparation);
  journal.append(finished("a"));
  const Result read = read_journal(path_);
  ASSERT_EQ(read.cases.size(), 1U);
  EXPECT_EQ(read.cases[0].reason, finished("a").reason);
  ASSERT_EQ(read.preparations.size(), 1U);
  EXPECT_EQ(read.preparations[0].bytes, 5U);
  EXPECT_EQ(read.plan.cases.size(), 2U);
}

/// A journal of a run that was taken up: the test file of the first one was gone.
TEST_F(JournalFile, WhatPreconditionedATargetIsUndoneWhenItIsFilledAgain) {
  Target member;
  member.id = "one";
  Target set;
  set.id = "all";
  set.members = {"one", "two"};
  header_.plan.targets = {member, set};
  header_.plan.cases[0].target = "one";
  header_.plan.cases[1].target = "all";
  header_.plan.cases[1].precondition = true;
  const Journal journal = Journal::begin(path_, header_);
  Preparation preparation;
  preparation.target = "one";
  journal.append(preparation);
  for (const char* id : {"b", "a"}) journal.append(finished(id));
  preparation.target = "three";
  journal.append(preparation);
  EXPECT_EQ(read_journal(path_).cases.size(), 2U);
  preparation.target = "one";
  journal.append(preparation);
  ASSERT_EQ(read_journal(path_).cases.size(), 1U);
  EXPECT_EQ(read_journal(path_).cases[0].id, "a");
  journal.append(finished("b"));
  EXPECT_EQ(read_journal(path_).cases.size(), 2U);
}

TEST_F(JournalFile, OfTwoResultsOfACaseTheLastCounts) {
  const Journal journal = Journal::begin(path_, header_);
  CaseResult part = finished("a");
  for (const std::uint32_t round : {1U, 2U, 1U}) {
    part.round = round;
    part.start_s += 1;
    journal.append(part);
  }
  const Result read = read_journal(path_);
  ASSERT_EQ(read.cases.size(), 2U);
  EXPECT_EQ(read.cases[0].start_s, 2);
  EXPECT_EQ(read.cases[1].start_s, 3);
}

TEST_F(JournalFile, AnUnfinishedLastLineIsDroppedAndResumingGoesOnCleanly) {
  Journal::begin(path_, header_).append(finished("a"));
  { std::ofstream(path_, std::ios::app) << "{\"case\":{\"id\":\"b\",\"sta"; }
  EXPECT_EQ(read_journal(path_).cases.size(), 1U);
  Journal::resume(path_).append(finished("b"));
  const Result read = read_journal(path_);
  ASSERT_EQ(read.cases.size(), 2U);
  EXPECT_EQ(read.cases[1].id, "b");
}

TEST_F(JournalFile, DamageIsToldWithItsLine) {
  Journal::begin(path_, header_);
  { std::ofstream(path_, std::ios::app) << "{\"case\":{}}\n"; }
  try {
    read_journal(path_);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(":2: id: missing"), std::string::npos) << error.what();
  }
}

TEST_F(JournalFile, ACutFirstLineIsNotARun) {
  { std::ofstream(path_, std::ios::binary) << "{\"schema\":\"assay-res"; }
  EXPECT_THROW(read_journal(path_), std::runtime_error);
  EXPECT_THROW(read_journal(directory_ + "/none"), std::runtime_error);
}

TEST_F(JournalFile, BeginningNeverOverwritesARun) {
  Journal::begin(path_, header_);
  EXPECT_THROW(Journal::begin(path_, header_), std::runtime_error);
}

TEST_F(JournalFile, ADurableFileIsWholeAndLeavesNoPart) {
  write_file_durably(directory_ + "/x", "one");
  write_file_durably(directory_ + "/x", "two");
  EXPECT_EQ(read_file(directory_ + "/x"), "two");
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/x.part"));
  EXPECT_THROW(write_file_durably(directory_ + "/none/x", "y"), std::runtime_error);
  EXPECT_THROW(read_file(directory_), std::runtime_error);
}

}  // namespace
}  // namespace assay
