#include "runners/discovery/text_table.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(TextTable, ColumnsAreAlignedAndEmptyOnesLeftOut) {
  EXPECT_EQ(text_table({{"name"}, {"size", Align::right}, {"empty"}, {"use"}},
                       {{"a", "10", "", "x"}, {"longer", "9"}}, "  "),
            "  name    size  use\n"
            "  a         10  x\n"
            "  longer     9\n");
}

TEST(TextTable, WidthIsCountedInCharacters) {
  EXPECT_EQ(text_table({{"a"}, {"b"}}, {{"gr\xC3\xBC\xC3\x9F", "1"}, {"wxyz", "2"}}, ""),
            "a     b\n"
            "gr\xC3\xBC\xC3\x9F  1\n"
            "wxyz  2\n");
}

TEST(TextTable, WithoutRowsThereIsNothingToHead) {
  EXPECT_EQ(text_table({{"a"}, {"b"}}, {}, "  "), "\n");
}

}  // namespace
}  // namespace assay
