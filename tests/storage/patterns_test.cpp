#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "bench/storage/closed_loop.hpp"
#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"

namespace assay {
namespace {

TEST(Permutation, VisitsEveryPlaceOnceForAnySize) {
  for (const std::uint64_t size : {1U, 2U, 3U, 7U, 64U, 1000U, 4097U}) {
    const Permutation order(size, 5);
    std::set<std::uint64_t> seen;
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::uint64_t at = order.at(i);
      ASSERT_LT(at, size);
      seen.insert(at);
    }
    EXPECT_EQ(seen.size(), size);
  }
}

TEST(Permutation, IsFarFromAscendingAndDiffersByTheSeed) {
  constexpr std::uint64_t size = 100'000;
  const Permutation a(size, 1);
  const Permutation b(size, 2);
  double sum = 0;  // of products of deviations: the correlation of index and image
  std::uint64_t equal = 0;
  std::uint64_t followers = 0;
  for (std::uint64_t i = 0; i < size; ++i) {
    sum += (static_cast<double>(i) - size / 2.0) * (static_cast<double>(a.at(i)) - size / 2.0);
    equal += a.at(i) == b.at(i) ? 1 : 0;
    followers += i > 0 && a.at(i) == a.at(i - 1) + 1 ? 1 : 0;
  }
  const double correlation = sum / (static_cast<double>(size) * size * size / 12.0);
  EXPECT_LT(std::abs(correlation), 0.02);
  EXPECT_LT(equal, 20U);
  EXPECT_LT(followers, 20U);
}

TEST(Permutation, TenTebibytesNeedNoMemory) {
  const Permutation order((std::uint64_t{10} << 40) / 4096, 3);
  EXPECT_LE(sizeof order, 64U);
  EXPECT_LT(order.at(order.size() - 1), order.size());
}

TEST(FullCoverageOffsets, CoverTheRangeTogetherThenAgainInAnotherOrder) {
  const OffsetRange range{8192, 8192 + 999 * 4096, 4096};
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> second;
  for (std::uint32_t thread = 0; thread < 3; ++thread) {
    FullCoverageOffsets offsets(range, 4096, 7, {thread, 3});
    for (int i = 0; i < 333; ++i) first.push_back(offsets.next());
    for (int i = 0; i < 333; ++i) second.push_back(offsets.next());
  }
  EXPECT_NE(first, second);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
  for (std::size_t i = 0; i < first.size(); ++i) ASSERT_EQ(first[i], 8192 + i * 4096);
}

TEST(ZipfRanks, FollowTheLawForThetaBelowAtAndAboveOne) {
  for (const double theta : {0.6, 1.0, 1.2}) {
    constexpr std::uint64_t size = 50;
    constexpr int draws = 400'000;
    double norm = 0;
    for (std::uint64_t k = 1; k <= size; ++k) norm += std::pow(k, -theta);
    const ZipfRanks ranks(size, theta);
    Random random(11);
    std::vector<int> hits(size);
    for (int i = 0; i < draws; ++i) ++hits.at(ranks.next(random));
    double chi_square = 0;
    for (std::uint64_t k = 1; k <= size; ++k) {
      const double expected = draws * std::pow(k, -theta) / norm;
      chi_square += (hits[k - 1] - expected) * (hits[k - 1] - expected) / expected;
    }
    EXPECT_LT(chi_square, 85.4) << theta;  // 49 degrees of freedom, p = 0.001; the seed is fixed
  }
}

TEST(ZipfOffsets, HotPlacesAreScatteredAndTheSameForAllThreads) {
  const OffsetRange range{0, std::uint64_t{10} << 40, 4096};
  ZipfOffsets a(range, 4096, 1.1, 1, 99);
  ZipfOffsets b(range, 4096, 1.1, 2, 99);
  std::map<std::uint64_t, int> hits_a;
  std::map<std::uint64_t, int> hits_b;
  for (int i = 0; i < 20'000; ++i) {
    ++hits_a[a.next()];
    ++hits_b[b.next()];
  }
  const auto hottest = [](const std::map<std::uint64_t, int>& hits) {
    return std::max_element(hits.begin(), hits.end(),
                            [](const auto& x, const auto& y) { return x.second < y.second; })
        ->first;
  };
  EXPECT_EQ(hottest(hits_a), hottest(hits_b));
  EXPECT_NE(hottest(hits_a), 0U);
  EXPECT_EQ(hottest(hits_a) % 4096, 0U);
}

TEST(RandomOffsets, KeepToTheRangeAndTheAlignment) {
  const OffsetRange range{1U << 20, 2U << 20, 512};
  RandomOffsets offsets(range, 16384, 1);
  bool unaligned_seen = false;
  std::uint64_t largest = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t offset = offsets.next();
    ASSERT_EQ(offset % 512, 0U);
    ASSERT_GE(offset, range.begin);
    ASSERT_LE(offset + 16384, range.end);
    unaligned_seen = unaligned_seen || offset % 16384 != 0;
    largest = std::max(largest, offset);
  }
  EXPECT_TRUE(unaligned_seen);
  EXPECT_GT(largest, range.end - 16384 - 4096);
}

TEST(SequentialOffsets, StreamsTakeTurnsInTheirOwnParts) {
  SequentialOffsets offsets(OffsetRange{0, 8 * 4096, 4096}, 4096, 2);
  std::vector<std::uint64_t> blocks;
  for (int i = 0; i < 10; ++i) blocks.push_back(offsets.next() / 4096);
  EXPECT_EQ(blocks, (std::vector<std::uint64_t>{0, 4, 1, 5, 2, 6, 3, 7, 0, 4}));
}

TEST(SequentialOffsets, ThreadsDivideTheRange) {
  std::set<std::uint64_t> seen;
  for (std::uint32_t thread = 0; thread < 3; ++thread) {
    SequentialOffsets offsets(OffsetRange{0, 10 * 4096, 4096}, 4096, 1, {thread, 3});
    const std::uint64_t first = offsets.next();
    for (std::uint64_t at = first; seen.insert(at).second;) at = offsets.next();
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST(MixedSizeOffsets, KeepTheSharesAndCountTheBytes) {
  FakeClock clock;
  NullRing* seen = nullptr;
  std::map<std::uint32_t, int> counts;
  NullRing ring(clock, 65536, [&](IoKind, std::uint64_t offset) {
    EXPECT_EQ(offset % seen->size(), 0U);
    ++counts[seen->size()];
    return NullRing::Answer{100'000, static_cast<std::int32_t>(seen->size())};
  });
  seen = &ring;
  const std::vector<SizeShare> mix{{4096, 60}, {16384, 30}, {65536, 10}};
  MixedSizeOffsets offsets({0, 1U << 30, 0}, mix, 3);
  LoopSpec spec;
  spec.queue_depth = 4;
  spec.block_size = 65536;
  spec.times = {0, 2'000'000'000, 1'000'000'000};
  const LoopResult loop = run_closed_loop<Operation::read>(ring, clock, offsets, spec, {});
  ASSERT_TRUE(loop.errors.empty());
  const double all = counts[4096] + counts[16384] + counts[65536];
  EXPECT_NEAR(counts[4096] / all, 0.6, 0.01);
  EXPECT_NEAR(counts[16384] / all, 0.3, 0.01);
  const double mean = static_cast<double>(loop.bytes) / static_cast<double>(loop.ops);
  EXPECT_NEAR(mean, 0.6 * 4096 + 0.3 * 16384 + 0.1 * 65536, 200);
}

}  // namespace
}  // namespace assay
