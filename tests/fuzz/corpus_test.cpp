#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reports/json/result_json.hpp"
#include "tests/fuzz/check_document.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Corpus, EveryDocumentIsRefusedInWordsOrHarmless) {
  std::size_t results = 0;
  std::size_t refused = 0;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(fs::path(ASSAY_SOURCE_DIR) / "tests/fuzz/corpus")) {
    const std::string text = text_of(entry.path());
    EXPECT_EQ(defect_in_handling(text), "") << entry.path();
    try {
      static_cast<void>(read_result(text));
      ++results;
    } catch (const std::runtime_error&) {
      ++refused;
    }
  }
  EXPECT_GE(results, 4U);
  EXPECT_GE(refused, 4U);
}

}  // namespace
}  // namespace assay
