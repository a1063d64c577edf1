// The rules of the design, on the sources as they are. Each failure names file, line and rule.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/architecture/rules.hpp"

namespace assay::architecture {
namespace {

TEST(Architecture, TheSourcesAreFound) {
  const std::vector<SourceFile> sources = load_sources(ASSAY_SOURCE_DIR);
  const auto find = [&](const std::string& path) {
    return std::ranges::find(sources, path, &SourceFile::path) != sources.end();
  };
  EXPECT_TRUE(find("reports/model/result.hpp"));
  EXPECT_TRUE(find("tests/architecture/rules.cpp"));
}

TEST(Architecture, EveryRuleHolds) {
  const std::vector<SourceFile> sources = load_sources(ASSAY_SOURCE_DIR);
  for (const Rule& rule : rules()) {
    for (const std::string& found : rule.find(sources)) {
      ADD_FAILURE() << found << " (" << rule.name << ")";
    }
  }
}

}  // namespace
}  // namespace assay::architecture
