#include "reports/over_time.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

CaseResult ticks_of(const std::vector<std::uint64_t>& rates, double tick_s = 1) {
  CaseResult measured;
  for (const std::uint64_t rate : rates) {
    Tick tick;
    tick.start_s = tick_s * static_cast<double>(measured.ticks.size());
    tick.length_s = tick_s;
    tick.ops = static_cast<std::uint64_t>(static_cast<double>(rate) * tick_s);
    measured.ticks.push_back(tick);
  }
  measured.window_end_s = tick_s * static_cast<double>(rates.size());
  return measured;
}

std::vector<std::uint64_t> fall_after(std::size_t seconds, std::size_t all) {
  std::vector<std::uint64_t> rates(all, 10000);
  for (std::size_t i = 0; i < seconds; ++i) rates[i] = 40000;
  for (std::size_t i = 0; i < all; i += 2) rates[i] += 200;
  return rates;
}

TEST(RateChanges, AreSaidInWords) {
  const std::vector<RateChange> changes = rate_changes(ticks_of(fall_after(1803, 2400)));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes_text(changes), "IOPS fell from 40.1 k to 10.1 k after 1803 s");
  EXPECT_EQ(changes_text({{10, 5000, 8000}, {20, 8000, 2000}}),
            "IOPS rose from 5.00 k to 8.00 k after 10 s, fell to 2.00 k after 20 s");
  EXPECT_EQ(changes_text({}), "");
}

TEST(RateChanges, AreNoneBetweenParts) {
  CaseResult measured = ticks_of(fall_after(1803, 2400));
  measured.method.emplace_back("parts", "2, added up");
  EXPECT_TRUE(rate_changes(measured).empty());
}

TEST(ChangesText, TellsTheLargestOfMany) {
  std::vector<RateChange> dips;
  for (int i = 0; i < 4; ++i) {
    const double depth = 1000 * (i + 1);
    dips.push_back({100.0 * i + 10, 20'000, 20'000 - depth});
    dips.push_back({100.0 * i + 15, 20'000 - depth, 20'000});
  }
  EXPECT_EQ(changes_text(dips),
            "IOPS fell from 20.0 k to 18.0 k after 110 s, rose to 20.0 k after 115 s, fell to "
            "17.0 k after 210 s, rose to 20.0 k after 215 s, fell to 16.0 k after 310 s, rose to "
            "20.0 k after 315 s, and 2 more changes, none larger");
  dips[2].after_per_s = dips[3].before_per_s = 19'900;  // what follows no change that is told
  dips[0].after_per_s = dips[1].before_per_s = 15'000;
  EXPECT_EQ(changes_text(dips).rfind("IOPS fell from 20.0 k to 15.0 k after 10 s, rose to 20.0 k "
                                     "after 15 s, fell from 20.0 k to 17.0 k after 210 s",
                                     0),
            0U)
      << changes_text(dips);
}

TEST(ChangesText, LeavesOutNoLargerOneForEqualOnesBeforeIt) {
  std::vector<RateChange> changes;
  for (int i = 0; i < 7; ++i) {
    changes.push_back({10.0 * i, 20'000, 19'000});
  }
  changes.push_back({70, 20'000, 5'000});
  const std::string text = changes_text(changes);
  EXPECT_NE(text.find("fell from 20.0 k to 5.00 k after 70 s, and 2 more changes"),
            std::string::npos)
      << text;
}

TEST(RateChanges, AreLookedForInCasesOfAMinute) {
  EXPECT_TRUE(rate_changes(ticks_of(fall_after(20, 59))).empty());
  EXPECT_EQ(rate_changes(ticks_of(fall_after(20, 60))).size(), 1U);
  const std::vector<RateChange> changes = rate_changes(ticks_of(fall_after(20, 600), 0.1));
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_NEAR(changes[0].after_s, 2, 0.11);
}

TEST(TickRates, LeaveSliversOut) {
  CaseResult measured = ticks_of({1000, 1000});
  measured.ticks.push_back({2, 0.01, 500, 0, {}});
  EXPECT_EQ(tick_rates(measured).rates, (std::vector<double>{1000, 1000}));
}

TEST(CountedWindow, IsToldWhereNotAllCounts) {
  CaseResult measured = ticks_of(std::vector<std::uint64_t>(10, 1000));
  EXPECT_FALSE(counted_window_s(measured));
  measured.window_start_s = 5;
  ASSERT_TRUE(counted_window_s(measured));
  EXPECT_DOUBLE_EQ(counted_window_s(measured)->first, 5);
  measured.window_start_s = 0;
  measured.window_end_s = 8;
  EXPECT_TRUE(counted_window_s(measured));
  measured.window_end_s = 0;  // an older version's Result, or a case that failed
  EXPECT_FALSE(counted_window_s(measured));
}

}  // namespace
}  // namespace assay
