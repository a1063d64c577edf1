#include "reports/json/quick_reader.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "reports/json/result_json.hpp"
#include "tests/html/synthetic_result.hpp"

namespace assay {
namespace {

/// What read_result makes of a text, less what the quick reader passes over, as JSON again.
std::string slowly(const std::string& text) {
  Result result = read_result(text);
  for (CaseResult& measured : result.cases) {
    measured.histograms.clear();
    for (Tick& tick : measured.ticks) tick.latency = {};
  }
  return write_json(result);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(quick_reader, reads_what_the_thorough_one_reads_but_histograms) {
  const std::string text = write_json(synthetic_sets_result());
  const std::optional<Result> quick = read_quickly(text);
  ASSERT_TRUE(quick);
  EXPECT_EQ(write_json(*quick), slowly(text));
  EXPECT_GT(quick->cases.size(), 20U);
  ASSERT_FALSE(quick->cases[0].ticks.empty());
  EXPECT_GT(quick->cases[0].ticks[0].ops, 0U);
  EXPECT_EQ(quick->cases[0].ticks[0].latency.count, 0U);
}

TEST(quick_reader, members_may_come_in_any_order_with_spaces_and_unknown_ones) {
  std::string text = write_json(synthetic_result());
  text = replaced(text, R"("partial":"")",
                  R"( "future" : {"a": ["}", "\"", {"b": [1, 2]}]} , "partial" : "" )");
  const std::optional<Result> quick = read_quickly(text);
  ASSERT_TRUE(quick);
  EXPECT_EQ(write_json(*quick), slowly(text));
}

TEST(quick_reader, leaves_what_is_out_of_the_ordinary_to_the_thorough_one) {
  const std::string text = write_json(synthetic_result());
  const std::vector<std::pair<std::string, std::string>> changes = {
      {R"("partial":"")", R"("partial":"a\"b")"}, {R"("partial":"")", "\"partial\":\"\xC3\xA4\""}};
  for (const auto& [from, to] : changes) {
    const std::string changed = replaced(text, from, to);
    EXPECT_FALSE(read_quickly(changed));
    EXPECT_EQ(write_json(read_without_histograms(changed)), slowly(changed));
  }
}

TEST(quick_reader, what_is_refused_is_refused_with_the_same_words) {
  const std::string text = write_json(synthetic_result());
  const std::string seed = "\"seed\":42";
  const std::vector<std::string> wrong = {
      replaced(text, "\"assay-result\"", "\"other\""),
      replaced(text, "\"schema_version\":\"1.", "\"schema_version\":\"2."),
      replaced(text, seed, "\"seed\":-1"),
      replaced(text, seed, "\"seed\":042"),
      replaced(text, seed, "\"seed\":4.2"),
      replaced(text, seed, "\"seed\":1e9"),
      replaced(text, seed, "\"seed\":18446744073709551616"),
      replaced(text, seed, "\"seed\":null"),
      replaced(text, seed, "\"seeds\":42"),
      replaced(text, "\"load_1m\":0.42", "\"load_1m\":1e999"),
      replaced(text, "\"load_1m\":0.42", "\"load_1m\":inf"),
      replaced(text, "\"load_1m\":0.42", "\"load_1m\":1."),
      replaced(text, "\"ok\"", "\"fine\""),
      text.substr(0, text.size() / 3),
      text.substr(0, text.size() - 1),
      text + "x",
      std::string(1 << 16, '['),
      "",
  };
  for (const std::string& one : wrong) {
    EXPECT_FALSE(read_quickly(one)) << one.substr(0, 80);
    std::string thorough;
    try {
      read_result(one);
    } catch (const std::runtime_error& error) {
      thorough = error.what();
    }
    EXPECT_NE(thorough, "");
    try {
      read_without_histograms(one);
      ADD_FAILURE() << one.substr(0, 80);
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(error.what(), thorough);
    }
  }
}

}  // namespace
}  // namespace assay
