#include "runners/plan/nearest.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Nearest, DistanceCountsEdits) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(Nearest, OnlyNearWordsAreOffered) {
  EXPECT_EQ(nearest("blok_size", {"queue_depth", "block_size"}), "block_size");
  EXPECT_EQ(nearest("zzzzzzzz", {"queue_depth", "block_size"}), "");
  EXPECT_EQ(hint_for("quik", {"quick"}), " (did you mean 'quick'?)");
  EXPECT_EQ(hint_for("zzzzzzzz", {"read", "write"}), " (one of: read, write)");
}

}  // namespace
}  // namespace assay
