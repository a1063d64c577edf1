#include "runners/collect/coverage.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

Matrix two_runs_each() {
  return parse_launch_matrix(
      "name = \"n\"\n[[matrix]]\ntypes = [\"i4i.large\", \"m7i.large\"]\n"
      "zones = [\"us-east-1a\", \"us-east-1b\"]\n",
      "m.toml");
}

FoundRun run_at(const std::string& folder, RunState state, const std::string& type = "i4i.large") {
  FoundRun run;
  run.folder = folder;
  run.state = state;
  run.type = type;
  run.machine = "i-" + folder;
  run.suite = "standard";
  run.zone = "us-east-1b";
  run.has_whole = state == RunState::done;
  return run;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

const std::string i4i = "family=i4i/type=i4i.large/run=i4i.large-0";

TEST(Coverage, EveryRunOfTheMatrixHasAState) {
  const Coverage coverage = cover(
      two_runs_each(), {run_at(i4i + "1", RunState::done), run_at(i4i + "2", RunState::partial),
                        run_at("family=z/run=z", RunState::done)});
  ASSERT_EQ(coverage.rows.size(), 2U);
  EXPECT_EQ(coverage.count(RunState::done), 1U);
  EXPECT_EQ(coverage.count(RunState::partial), 1U);
  EXPECT_EQ(coverage.count(RunState::missing), 2U);
  EXPECT_EQ(coverage.all(), 4U);
  EXPECT_EQ(coverage.beside, std::vector<std::string>{"family=z/run=z"});
  EXPECT_EQ(coverage.open.size(), 3U);
  // The zone that it got, not the one that was planned.
  EXPECT_EQ(coverage.rows[0].zones.at("us-east-1b").done, 1U);
  EXPECT_EQ(coverage.rows[0].zones.at("us-east-1a").done, 0U);
  EXPECT_EQ(coverage.rows[0].zones.at("us-east-1a").planned, 1U);
}

TEST(Coverage, BelowTheFleetsNameAndOfNoOther) {
  EXPECT_EQ(
      cover(two_runs_each(), {run_at("x/n/" + i4i + "1", RunState::done)}).count(RunState::done),
      1U);
  EXPECT_EQ(
      cover(two_runs_each(), {run_at("n/" + i4i + "1", RunState::done)}).count(RunState::done), 1U);
  EXPECT_EQ(
      cover(two_runs_each(), {run_at("other/" + i4i + "1", RunState::done)}).count(RunState::done),
      0U);
}

TEST(Coverage, OneInstanceTwiceIsOne) {
  FoundRun first = run_at(i4i + "1", RunState::done);
  FoundRun second = run_at(i4i + "2", RunState::done);
  second.machine = first.machine;
  const Coverage coverage = cover(two_runs_each(), {first, second});
  EXPECT_EQ(coverage.count(RunState::done), 2U);
  EXPECT_EQ(coverage.rows[0].machines.size(), 1U);
}

TEST(Coverage, AResultOfAnotherTypeIsNoneOfThatRun) {
  const Coverage coverage =
      cover(two_runs_each(), {run_at(i4i + "1", RunState::done, "m7i.large")});
  EXPECT_EQ(coverage.count(RunState::done), 0U);
  EXPECT_EQ(coverage.count(RunState::failed), 1U);
  EXPECT_EQ(coverage.open[0].note, "its Result is of m7i.large");
}

TEST(Coverage, NorIsOneOfAnotherSuite) {
  FoundRun run = run_at(i4i + "1", RunState::done);
  run.suite = "quick";
  const Coverage coverage = cover(two_runs_each(), {run});
  EXPECT_EQ(coverage.count(RunState::failed), 1U);
  EXPECT_EQ(coverage.open[0].note, "its Result is of suite quick, and the matrix has standard");
}

TEST(Coverage, CommandsOfTheLauncherStartTheGapsOnly) {
  const Matrix matrix = two_runs_each();
  FoundRun bad = run_at(i4i + "1", RunState::failed);
  bad.has_whole = true;
  const Coverage coverage = cover(matrix, {bad, run_at(i4i + "2", RunState::running)});
  const std::string text = coverage_text(coverage, matrix, "dir");
  EXPECT_TRUE(has(text, "4 runs planned: 1 failed, 1 running, 2 missing; in dir")) << text;
  EXPECT_TRUE(has(text, "to start the 2 that have no whole Result:\n  launch.py m.toml --start\n"));
  EXPECT_TRUE(has(text, "launch.py m.toml --start --again i4i.large-01\n")) << text;
  const Coverage waiting = cover(
      matrix, {run_at(i4i + "1", RunState::done), run_at(i4i + "2", RunState::done),
               run_at("family=m7i/type=m7i.large/run=m7i.large-01", RunState::running, "m7i.large"),
               run_at("family=m7i/type=m7i.large/run=m7i.large-02", RunState::done, "m7i.large")});
  EXPECT_FALSE(has(coverage_text(waiting, matrix, "dir"), "--start"));
}

TEST(Coverage, OnSlurmARunIsKnownByItsFolder) {
  Matrix matrix;
  matrix.launcher = Launcher::slurm;
  matrix.command = "assay-matrix --submit";
  for (const char* id : {"01", "02"}) {
    PlannedRun run;
    run.group = "partition=a";
    run.id = id;
    run.folder = "partition=a/run=" + run.id;
    matrix.runs.push_back(run);
  }
  FoundRun bad = run_at("partition=a/run=01", RunState::failed);
  bad.has_whole = true;
  const std::string text = coverage_text(cover(matrix, {bad}), matrix, "/shared/it's");
  EXPECT_TRUE(has(text, "partition=a/run=02  missing")) << text;
  EXPECT_TRUE(has(text, "mv '/shared/it'\\''s/partition=a/run=01' ")) << text;
  EXPECT_TRUE(has(text, "\n  assay-matrix --submit\n")) << text;
}

TEST(Coverage, StandingIsThatOfCompare) {
  for (const auto& [count, words] :
       std::vector<std::pair<std::size_t, std::string>>{{0, "no claim"},
                                                        {2, "no claim"},
                                                        {3, "indications"},
                                                        {5, "indications"},
                                                        {6, "verdicts"}}) {
    EXPECT_EQ(standing_text(count), words) << count;
  }
}

}  // namespace
}  // namespace assay
