#include "bench/storage/offsets.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace assay {
namespace {

TEST(RandomOffsets, AreAlignedInsideTheSpanAndUniform) {
  constexpr std::uint64_t span = 64 * 4096 + 100;  // the odd rest is never touched
  RandomOffsets offsets(span, 4096, 3);
  std::array<int, 64> hits{};
  for (int i = 0; i < 64'000; ++i) {
    const std::uint64_t offset = offsets.next();
    ASSERT_EQ(offset % 4096, 0U);
    ASSERT_LE(offset + 4096, span);
    ++hits[offset / 4096];
  }
  double chi_square = 0;
  for (const int hit : hits) chi_square += (hit - 1000.0) * (hit - 1000.0) / 1000.0;
  EXPECT_LT(chi_square, 103.4);  // 63 degrees of freedom, p = 0.001; the seed is fixed
}

TEST(RandomOffsets, TheSameSeedGivesTheSameSequence) {
  RandomOffsets a(1 << 30, 4096, 9);
  RandomOffsets b(1 << 30, 4096, 9);
  RandomOffsets c(1 << 30, 4096, 10);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t offset = a.next();
    EXPECT_EQ(offset, b.next());
    differs = differs || offset != c.next();
  }
  EXPECT_TRUE(differs);
}

TEST(Seed, DiffersFromCaseToCaseAndFromRunToRun) {
  EXPECT_EQ(seed_for(1, "a/qd1"), seed_for(1, "a/qd1"));
  EXPECT_NE(seed_for(1, "a/qd1"), seed_for(1, "a/qd4"));
  EXPECT_NE(seed_for(1, "a/qd1"), seed_for(2, "a/qd1"));
}

TEST(SequentialOffsets, WrapAtTheLastWholeBlock) {
  SequentialOffsets offsets(3 * 4096 + 5, 4096);
  std::vector<std::uint64_t> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(offsets.next());
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 4096, 8192, 0, 4096}));
}

TEST(Incompressible, BytesAreEvenlySpreadAndFollowTheSeed) {
  std::vector<std::byte> memory(1 << 16);
  fill_incompressible(memory, 1);
  std::array<int, 256> hits{};
  for (const std::byte byte : memory) ++hits[static_cast<std::size_t>(byte)];
  for (const int hit : hits) EXPECT_NEAR(hit, 256, 100);
  std::vector<std::byte> again(1 << 16);
  fill_incompressible(again, 1);
  EXPECT_EQ(memory, again);
}

}  // namespace
}  // namespace assay
