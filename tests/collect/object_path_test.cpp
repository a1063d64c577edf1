#include "runners/collect/object_path.hpp"

#include <gtest/gtest.h>

#include "runners/collect/sync.hpp"

namespace assay {
namespace {

TEST(ObjectPath, BelowThePrefix) {
  EXPECT_EQ(object_path("a/b/type=x/result.json", "a/b").path, "type=x/result.json");
  EXPECT_EQ(object_path("result.json", "").path, "result.json");
  EXPECT_EQ(object_path("a/\xc3\xa9 b/result.json", "a").path, "\xc3\xa9 b/result.json");
  EXPECT_NE(object_path("a/bc/result.json", "a/b").why_not, "");
  EXPECT_NE(object_path("a/b", "a/b").why_not, "");
}

TEST(ObjectPath, NothingThatLeadsElsewhere) {
  for (const std::string& key : {std::string("../x"),
                                 std::string("a/../x"),
                                 std::string("a/.."),
                                 std::string("/etc/x"),
                                 std::string("a//x"),
                                 std::string("a/"),
                                 std::string("./x"),
                                 std::string(".x"),
                                 std::string("a/.ssh/x"),
                                 std::string("a\\x"),
                                 std::string("a\nx"),
                                 std::string("a\x1bx"),
                                 std::string("a\x7fx"),
                                 std::string("a\0x", 3),
                                 std::string("a\xff"),
                                 std::string("\xc0\xae\xc0\xae/x"),
                                 std::string(2000, 'x'),
                                 std::string(201, 'x'),
                                 std::string("\xc2\x9b"
                                             "2J/x"),
                                 std::string()}) {
    const ObjectPath made = object_path(key, "");
    EXPECT_NE(made.why_not, "") << key;
    EXPECT_EQ(made.path, "") << key;
  }
  EXPECT_EQ(object_path(std::string(200, 'x'), "").why_not, "");
  std::string deep = "x";
  for (int i = 0; i < 15; ++i) deep += "/x";
  EXPECT_EQ(object_path(deep, "").why_not, "");
  EXPECT_NE(object_path(deep + "/x", "").why_not, "");
}

TEST(WantedObjects, OfARunWithAResultOnlyThat) {
  std::vector<std::string> problems;
  const auto wanted = wanted_objects({{"p/a/assay.log", "", 1, 0},
                                      {"p/a/journal.ndjson", "", 1, 0},
                                      {"p/a/result.json", "", 1, 0},
                                      {"p/a/report.html", "", 1, 0},
                                      {"p/b/assay.log", "", 1, 0},
                                      {"p/b/result-partial.json", "", 1, 0},
                                      {"p/rows/rows.ndjson", "", 1, 0},
                                      {"p/../result.json", "", 1, 0}},
                                     "p", problems);
  ASSERT_EQ(wanted.size(), 3U);
  EXPECT_EQ(wanted[0].path, "a/result.json");
  EXPECT_EQ(wanted[1].path, "b/assay.log");
  EXPECT_EQ(wanted[2].path, "b/result-partial.json");
  EXPECT_EQ(problems.size(), 1U);
}

}  // namespace
}  // namespace assay
