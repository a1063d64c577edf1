#include "reports/catalog/price.hpp"

#include <gtest/gtest.h>

#include "reports/catalog/ebs_price.hpp"

namespace assay {
namespace {

constexpr double mib = 1 << 20;

TEST(price, days_between_dates) {
  EXPECT_EQ(days_between("2024-02-28", "2024-03-01"), 2);
  EXPECT_EQ(days_between("2026-07-20T13:44:30Z", "2026-07-20"), 0);
  EXPECT_FALSE(days_between("2026", "2026-07-20"));
  EXPECT_FALSE(days_between("2026-13-01", "2026-07-20"));
}

TEST(price, is_marked_when_older_than_90_days) {
  Price price{"i4i.large", "us-east-1", PurchaseOption::on_demand, "", "aws", "2026-01-01", 1, {}};
  EXPECT_EQ(age_mark(price, "2026-04-01"), "");
  EXPECT_EQ(age_mark(price, "2026-04-02"), " (91 days old)");
  EXPECT_EQ(price_text(price, "2026-04-02"), "on-demand us-east-1, aws, 2026-01-01 (91 days old)");
  price.date.clear();
  EXPECT_EQ(age_mark(price, "2026-04-02"), " (undated)");
}

TEST(price, words_of_options_go_both_ways) {
  for (const PurchaseOption option : {PurchaseOption::on_demand, PurchaseOption::spot,
                                      PurchaseOption::reserved_3y, PurchaseOption::user_given}) {
    EXPECT_EQ(option_of_word(option_word(option)), option);
  }
  EXPECT_FALSE(option_of_word("cheap"));
}

EbsPrices prices() {
  VolumePrice gp3{"gp3", 0.08, 3000, {{1e9, 0.005}}, 125 * mib, {}, "test", "2026-01-01", {}};
  VolumePrice io2{"io2", 0.125, 0, {{32000, 0.065}, {64000, 0.046}}, 0, {}, "test", "", {}};
  return {{gp3, io2}};
}

TEST(ebs_price, what_comes_with_gp3_is_free) {
  const VolumeCost cost = volume_cost(prices(), {"gp3", 1000, 3000, 125 * mib});
  EXPECT_DOUBLE_EQ(cost.usd_per_hour, 80.0 / 730);
  EXPECT_TRUE(cost.missing.empty());
}

TEST(ebs_price, iops_are_paid_by_tier) {
  const VolumeCost cost = volume_cost(prices(), {"io2", 100, 40000, 0});
  EXPECT_DOUBLE_EQ(cost.usd_per_hour, (12.5 + 32000 * 0.065 + 8000 * 0.046) / 730);
  EXPECT_EQ(cost.source, "test (undated)");
}

TEST(ebs_price, what_has_no_price_is_said) {
  const VolumeCost cost = volume_cost(prices(), {"gp3", 1000, 16000, 1000 * mib});
  ASSERT_EQ(cost.missing.size(), 1U);
  EXPECT_EQ(cost.missing[0], "no price of gp3 throughput above 125 MiB/s");
  EXPECT_EQ(volume_cost(prices(), {"st1", 1000, 0, 0}).missing.at(0), "no price of st1");
  EXPECT_EQ(volume_cost(prices(), {"", 1000, 0, 0}).untold.at(0), "the volume type is not known");
}

}  // namespace
}  // namespace assay
