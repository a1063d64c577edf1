#include <gtest/gtest.h>

#include "reports/html/sections.hpp"
#include "reports/pipeline_caps.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay::html {
namespace {

const CatalogView no_catalog;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(PipelineCaps, AreWhatTheSameRunMeasured) {
  const Result result = synthetic_gpu_result();
  const std::vector<PipelineOutcome> outcomes = pipeline_outcomes(result);
  ASSERT_EQ(outcomes.size(), 8U);
  const PipelineOutcome& all = outcomes[3];
  EXPECT_EQ(all.item->id, "pipeline/instance-store-file-all/storage-to-gpu/1m/b16");
  ASSERT_GE(all.caps.size(), 2U);
  EXPECT_EQ(all.caps[0].name, "drives");
  EXPECT_EQ(all.caps[1].name, "host link");
  EXPECT_NEAR(all.caps[1].bytes_per_s, 2 * 55e9, 1e9);  // both GPUs
  ASSERT_NE(all.lowest(), nullptr);
  EXPECT_EQ(all.lowest()->name, "drives");
}

TEST(PipelineCaps, WhatWasNotMeasuredIsLeftOut) {
  Result result = synthetic_gpu_result();
  std::erase_if(result.cases,
                [](const CaseResult& one) { return !one.id.starts_with("pipeline/"); });
  for (const PipelineOutcome& outcome : pipeline_outcomes(result)) {
    EXPECT_TRUE(outcome.caps.empty());
    EXPECT_EQ(outcome.lowest(), nullptr);
  }
  const std::string text = pipeline_section({result, "", no_catalog});
  EXPECT_TRUE(contains(text, "not measured"));
}

TEST(PipelineSection, ShowsTheFastestBesideItsCaps) {
  const Result result = synthetic_gpu_result();
  const std::string text = pipeline_section({result, "", no_catalog});
  EXPECT_TRUE(contains(text, "pipeline-read-instance-store-file-all"));
  EXPECT_TRUE(contains(text, "pipeline-write-instance-store-file-all"));
  EXPECT_TRUE(contains(text, "storage to GPU, 1m, 16 buffers a drive"));
  EXPECT_TRUE(contains(text, "<td>gpu0, gpu1</td>")) << text.substr(0, 3000);
  EXPECT_TRUE(contains(text, "% of drives"));
}

TEST(PipelineSection, IsEmptyWithoutAPipeline) {
  const Result result = synthetic_result();
  EXPECT_EQ(pipeline_section({result, "", no_catalog}), "");
}

}  // namespace
}  // namespace assay::html
