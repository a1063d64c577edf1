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

/// The fastest case of one drive, by cuFile, in the way that its method names.
Result result_of_path(const std::string& path) {
  Result result = synthetic_gpu_result();
  const std::string id = "pipeline/instance-store-file/storage-to-gpu/1m/b16";
  for (Case& item : result.plan.cases) {
    if (item.id == id) item.pipeline->path = PipelinePath::cufile;
  }
  for (CaseResult& measured : result.cases) {
    if (measured.id == id && !path.empty()) measured.method.emplace_back("path", path);
  }
  return result;
}

TEST(PipelineCaps, HostMemoryIsACapOnlyOfDataKnownToPassIt) {
  struct Row {
    const char* path;
    HostMemoryUse use;
    const char* cell;
    const char* sentence;
  };
  for (const Row& row :
       {Row{"p2pdma", HostMemoryUse::no, "not passed", "do not pass host memory"},
        Row{"nvidia-fs", HostMemoryUse::no, "not passed", "do not pass host memory"},
        Row{"compat", HostMemoryUse::yes, "", "Each byte passes host memory twice"},
        Row{"mixed", HostMemoryUse::unknown, "unknown", "is not known"},
        Row{"unknown", HostMemoryUse::unknown, "unknown", "is not known"},
        Row{"", HostMemoryUse::unknown, "unknown", "is not known"}}) {
    const Result result = result_of_path(row.path);
    const std::string path = *row.path == '\0' ? "unknown" : row.path;
    for (const PipelineOutcome& outcome : pipeline_outcomes(result)) {
      if (!is_cufile(*outcome.item->pipeline)) {
        EXPECT_EQ(outcome.path, "bounce");
        continue;
      }
      EXPECT_EQ(outcome.path, path);
      EXPECT_EQ(host_memory_use(outcome.path), row.use);
      const bool has_cap = !outcome.caps.empty() && outcome.caps.back().name != "host link";
      EXPECT_EQ(has_cap, row.use == HostMemoryUse::yes) << row.path;
    }
    const std::string text = pipeline_section({result, "", no_catalog});
    EXPECT_TRUE(contains(text, "storage to GPU by cuFile, 1m, 16 buffers"));
    EXPECT_TRUE(contains(text, "<td>cuFile: " + path + "</td>"));
    EXPECT_TRUE(contains(text, "<td>host memory</td>"));
    EXPECT_TRUE(contains(text, "storage to GPU, cuFile: " + path));  // of the bar
    EXPECT_TRUE(contains(text, row.cell));
    EXPECT_TRUE(contains(text, row.sentence)) << row.path;
  }
}

TEST(PipelineSection, IsEmptyWithoutAPipeline) {
  const Result result = synthetic_result();
  EXPECT_EQ(pipeline_section({result, "", no_catalog}), "");
}

}  // namespace
}  // namespace assay::html
