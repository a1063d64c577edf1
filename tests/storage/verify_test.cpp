#include "bench/storage/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

#include "bench/storage/closed_loop.hpp"
#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"

namespace assay {
namespace {

using Unit = std::vector<std::byte>;

Unit stamped(std::uint64_t offset, std::uint64_t seed, std::uint32_t generation) {
  Unit unit(verify_unit_bytes);
  fill_incompressible(unit, generation);
  stamp_unit(unit, offset, seed, generation);
  return unit;
}

TEST(VerifyUnit, TellsIntactStaleMisplacedTornAndCorruptApart) {
  Unit unit = stamped(8192, 7, 5);
  EXPECT_EQ(check_unit(unit, 8192, 7, 5), UnitState::intact);
  EXPECT_EQ(check_unit(unit, 8192, 7, 6), UnitState::stale);
  EXPECT_EQ(check_unit(unit, 8192, 9, 5), UnitState::stale);  // of an earlier run
  EXPECT_EQ(check_unit(unit, 4096, 7, 5), UnitState::misplaced);
  unit[777] ^= std::byte{1};
  EXPECT_EQ(check_unit(unit, 8192, 7, 5), UnitState::corrupt);
  Unit zeros(verify_unit_bytes);
  EXPECT_EQ(check_unit(zeros, 8192, 7, 5), UnitState::corrupt);
}

TEST(VerifyUnit, ATornWriteIsFoundWhereverItWasCut) {
  const Unit before = stamped(8192, 7, 5);
  for (std::size_t cut = 512; cut < verify_unit_bytes; cut += 512) {
    Unit head_new = stamped(8192, 7, 6);
    std::copy(before.begin() + static_cast<std::ptrdiff_t>(cut), before.end(),
              head_new.begin() + static_cast<std::ptrdiff_t>(cut));
    EXPECT_EQ(check_unit(head_new, 8192, 7, 6), UnitState::torn) << cut;
    Unit tail_lost = stamped(8192, 7, 6);
    std::fill(tail_lost.begin() + static_cast<std::ptrdiff_t>(cut), tail_lost.end(), std::byte{0});
    EXPECT_EQ(check_unit(tail_lost, 8192, 7, 6), cut == 512 ? UnitState::corrupt : UnitState::torn)
        << cut;
  }
}

TEST(VerifyUnit, CheckingLeavesTheUnitAsItWas) {
  Unit unit = stamped(0, 1, 1);
  const Unit copy = unit;
  check_unit(unit, 0, 1, 1);
  EXPECT_EQ(unit, copy);
}

TEST(VerifyTable, ABlockInUseIsNotGivenTwice) {
  VerifyTable table(16 * 4096, 1);
  EXPECT_TRUE(table.claim(0, 8192));
  EXPECT_FALSE(table.claim(4096, 8192));
  EXPECT_TRUE(table.claim(8192, 8192));  // the failed claim left nothing behind
  table.written(0, 8192, true);
  EXPECT_TRUE(table.claim(4096, 4096));
}

TEST(VerifyTable, AFailedWriteMakesTheBlockUnknownUntilTheNextOne) {
  VerifyTable table(4096, 1);
  table.filled();
  Unit unit(verify_unit_bytes);
  VerifyCounts counts;
  ASSERT_TRUE(table.claim(0, 4096));
  table.stamp(unit.data(), 0, 4096);
  table.written(0, 4096, false);
  ASSERT_TRUE(table.claim(0, 4096));
  table.check(unit.data(), 0, 4096, true, counts);
  EXPECT_EQ(counts.checked, 0U);
  ASSERT_TRUE(table.claim(0, 4096));
  table.stamp(unit.data(), 0, 4096);
  table.written(0, 4096, true);
  ASSERT_TRUE(table.claim(0, 4096));
  table.check(unit.data(), 0, 4096, true, counts);
  EXPECT_EQ(counts.checked, 1U);
  EXPECT_EQ(counts.bad(), 0U);
}

/// A disk in memory behind the null engine, with faults planted into writes.
class VerifiedLoop : public testing::Test {
 protected:
  static constexpr std::uint64_t span = 64 * 4096;
  enum class Fault { none, lose, tear, misplace };

  LoopResult run(Fault fault) {
    FakeClock clock;
    std::vector<std::byte> disk(span);
    VerifyTable table(span, 3);
    for (std::uint64_t at = 0; at < span; at += 4096) {
      stamp_unit({disk.data() + at, 4096}, at, 3, 1);
    }
    table.filled();
    std::uint64_t writes = 0;
    NullRing* seen = nullptr;
    NullRing ring(clock, 4096, [&](IoKind kind, std::uint64_t offset) {
      std::byte* buffer = seen->buffer(0);
      if (kind == IoKind::read) {
        std::memcpy(buffer, disk.data() + offset, 4096);
      } else if (++writes % 500 != 0 || fault == Fault::none) {
        std::memcpy(disk.data() + offset, buffer, 4096);
      } else if (fault == Fault::tear) {
        std::memcpy(disk.data() + offset, buffer, 2048);
      } else if (fault == Fault::misplace) {
        std::memcpy(disk.data() + (offset + 4096) % span, buffer, 4096);
      }
      return NullRing::Answer{10'000, 4096};
    });
    seen = &ring;
    RandomOffsets offsets(span, 4096, 1);
    VerifiedData data(table);
    LoopSpec spec;
    spec.read_percent = 50;
    spec.times = {0, 1'000'000'000, 1'000'000'000};
    LoopResult loop = run_closed_loop<Operation::mixed>(ring, clock, offsets, data, spec, {});
    loop.verified = data.counts();
    return loop;
  }
};

TEST_F(VerifiedLoop, AnHonestDiskPasses) {
  const LoopResult loop = run(Fault::none);
  EXPECT_GT(loop.verified.checked, 40'000U);
  EXPECT_EQ(loop.verified.bad(), 0U);
}

TEST_F(VerifiedLoop, ALostWriteIsStale) {
  const LoopResult loop = run(Fault::lose);
  EXPECT_GE(loop.verified.stale, 1U);
  EXPECT_EQ(loop.verified.bad(), loop.verified.stale);
  EXPECT_EQ(loop.verified.first.at(0).what, "stale");
}

TEST_F(VerifiedLoop, ATornWriteIsTorn) {
  const LoopResult loop = run(Fault::tear);
  EXPECT_GE(loop.verified.torn, 1U);
  EXPECT_EQ(loop.verified.bad(), loop.verified.torn);
}

TEST_F(VerifiedLoop, AWriteToAWrongPlaceIsFoundInBothPlaces) {
  const LoopResult loop = run(Fault::misplace);
  EXPECT_GE(loop.verified.misplaced + loop.verified.stale, 1U);
  EXPECT_EQ(loop.verified.bad(), loop.verified.misplaced + loop.verified.stale);
}

}  // namespace
}  // namespace assay
