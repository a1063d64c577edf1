#include "runners/collect/matrix_file.hpp"

#include <gtest/gtest.h>

#include "runners/usage_error.hpp"

namespace assay {
namespace {

std::string refusal_of(const std::string& text) {
  try {
    parse_launch_matrix(text, "m.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "read";
}

TEST(MatrixFile, RepeatsAreForEachZoneAndNumberedThrough) {
  const Matrix matrix = parse_launch_matrix(
      "name = \"n\"\nregion = \"us-east-1\"\n[[matrix]]\ntypes = [\"i4i.large\"]\n"
      "zones = [\"us-east-1a\", \"us-east-1b\"]\nrepeats = 2\n[[matrix]]\n"
      "types = [\"i4i.large\"]\nmarket = [\"spot\", \"on-demand\"]\nvolumes = [\"none\", \"v\"]\n",
      "my matrix.toml");
  EXPECT_EQ(matrix.name, "n");
  EXPECT_EQ(matrix.region, "us-east-1");
  EXPECT_EQ(matrix.command, "launch.py 'my matrix.toml' --start");
  std::vector<std::string> ids;
  for (const PlannedRun& run : matrix.runs) ids.push_back(run.id);
  EXPECT_EQ(
      ids, (std::vector<std::string>{"i4i.large-01", "i4i.large-02", "i4i.large-03", "i4i.large-04",
                                     "i4i.large-spot-01", "i4i.large-spot-v-01", "i4i.large-05",
                                     "i4i.large-v-01"}));
  EXPECT_EQ(matrix.runs[3].zone, "us-east-1b");
  EXPECT_EQ(matrix.runs[4].zone, "");
  EXPECT_EQ(matrix.runs[5].folder, "family=i4i/type=i4i.large/run=i4i.large-spot-v-01");
}

TEST(MatrixFile, WhatIsWrongIsToldWithItsLine) {
  const std::string head = "name = \"n\"\n[[matrix]]\n";
  EXPECT_NE(refusal_of(head + "types = [\"i4i\"]").find("m.toml:3: types: 'i4i'"),
            std::string::npos);
  EXPECT_NE(refusal_of(head + "types = []").find("types must be given"), std::string::npos);
  EXPECT_NE(refusal_of(head + "types = [1]").find("types"), std::string::npos);
  EXPECT_NE(refusal_of(head + "types = [\"a.b\"]\nrepeats = 1001").find("repeats"),
            std::string::npos);
  EXPECT_NE(refusal_of("name = \"n\"\nmatrix = [1]").find("[[matrix]]"), std::string::npos);
  EXPECT_NE(refusal_of("name = \"../x\"\n[[matrix]]\ntypes = [\"a.b\"]").find("'../x'"),
            std::string::npos);
  EXPECT_NE(refusal_of("x = ").find("m.toml:1"), std::string::npos);
}

TEST(MatrixFile, OfAssayMatrix) {
  const Matrix matrix = parse_slurm_matrix(
      R"({"assay_matrix":1,"command":"assay-matrix\u001b --submit","rows":[)"
      R"({"folder":"partition=a","repeats":2},{"folder":"partition=b","repeats":1}]})",
      "m.json");
  EXPECT_EQ(matrix.command, "assay-matrix? --submit");
  ASSERT_EQ(matrix.runs.size(), 3U);
  EXPECT_EQ(matrix.runs[1].folder, "partition=a/run=02");
  EXPECT_EQ(matrix.runs[1].group, "partition=a");
  for (const char* odd :
       {"", "{}", "[]", R"({"assay_matrix":2})",
        R"({"assay_matrix":1,"command":"c","rows":[{"folder":1}]})",
        R"({"assay_matrix":1,"command":"c","rows":[{"folder":"p","repeats":0}]})"}) {
    EXPECT_THROW(parse_slurm_matrix(odd, "m.json"), UsageError) << odd;
  }
}

}  // namespace
}  // namespace assay
