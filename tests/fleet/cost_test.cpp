#include "reports/fleet/cost.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/fleet/synthetic_fleet.hpp"

namespace assay {
namespace {

std::vector<CostRow> costs_of(const char* name, const Catalog& catalog, Fleet& fleet) {
  std::vector<FleetRun> runs;
  runs.push_back(
      fleet_run(summarize(synthetic_instance(*find_type(catalog, name), 0, 1)), catalog));
  fleet = make_fleet(std::move(runs), {}, catalog);
  return cost_rows(fleet, all_types(fleet), PurchaseOption::on_demand, "us-east-1");
}

TEST(cost, is_the_hourly_price_over_what_was_measured) {
  Fleet fleet;
  const auto rows = costs_of("i4i.large", embedded_catalog(), fleet);
  ASSERT_EQ(rows.size(), 1U);
  const double iops = fleet.runs[0].values[0]->value;
  EXPECT_DOUBLE_EQ(*rows[0].per_kiops, 0.172 / (iops / 1000));
  EXPECT_DOUBLE_EQ(*rows[0].per_tib, 0.172 / (468e9 / (1024.0 * 1024 * 1024 * 1024)));
  EXPECT_FALSE(rows[0].per_gpu_tb_per_s);
}

std::optional<HeadlineValue>& value_in(Fleet& fleet, std::string_view id) {
  const auto place = std::find_if(headlines().begin(), headlines().end(),
                                  [&](const HeadlineMetric& one) { return one.id == id; });
  return fleet.runs[0].values[static_cast<std::size_t>(place - headlines().begin())];
}

TEST(cost, of_a_store_counts_where_all_its_disks_were_measured_for_that_number) {
  Fleet fleet;
  costs_of("i4i.16xlarge", embedded_catalog(), fleet);
  const auto value = [&](std::string_view id) -> auto& { return value_in(fleet, id); };
  const auto row = [&] {
    return cost_rows(fleet, all_types(fleet), PurchaseOption::on_demand, "us-east-1").at(0);
  };
  ASSERT_TRUE(value("store-read") && value("store-read-rate"));
  value("store-read")->devices = value("store-read-rate")->devices = 4;
  EXPECT_TRUE(row().per_kiops && row().per_gb_per_s);
  value("store-read-rate")->devices = 1;
  EXPECT_TRUE(row().per_kiops);
  EXPECT_FALSE(row().per_gb_per_s);
  value("store-read-rate")->devices = 4;
  value("store-read")->devices = 1;
  EXPECT_FALSE(row().per_kiops);
  EXPECT_TRUE(row().per_gb_per_s);
}

TEST(cost, of_all_gpus_together) {
  Fleet fleet;
  const auto rows = costs_of("p4d.24xlarge", embedded_catalog(), fleet);
  const double each = fleet.runs[0].values.back()->value;
  EXPECT_DOUBLE_EQ(*rows[0].per_gpu_tb_per_s, rows[0].price->usd_per_hour / (8 * each / 1e12));
}

TEST(cost, of_ebs_needs_a_price_for_all_of_the_volume_and_no_burst) {
  Fleet fleet;
  auto rows = costs_of("i4i.16xlarge", embedded_catalog(), fleet);
  EXPECT_FALSE(rows[0].per_ebs_kiops);
  EXPECT_EQ(rows[0].ebs_missing.at(0), "no price of gp3 throughput above 125 MiB/s");
  Catalog catalog = embedded_catalog();
  for (VolumePrice& volume : catalog.ebs.volumes) {
    if (volume.volume_type == "gp3") volume.per_mib_per_s = 0.04;
  }
  Fleet priced;
  rows = costs_of("i4i.16xlarge", catalog, priced);
  const double month = 200 * 0.08 + 13000 * 0.005 + 875 * 0.04;
  EXPECT_NEAR(*rows[0].ebs_usd_per_hour, month / 730, 1e-9);
  EXPECT_TRUE(rows[0].per_ebs_kiops);
  Fleet burst;
  EXPECT_FALSE(costs_of("i4i.large", catalog, burst)[0].per_ebs_kiops);
}

TEST(cost, of_ebs_counts_where_what_is_paid_for_was_measured_together) {
  Catalog catalog = embedded_catalog();
  for (VolumePrice& volume : catalog.ebs.volumes) volume.per_mib_per_s = 0.04;
  Fleet fleet;
  costs_of("i4i.16xlarge", catalog, fleet);
  const auto row = [&] {
    return cost_rows(fleet, all_types(fleet), PurchaseOption::on_demand, "us-east-1").at(0);
  };
  EXPECT_TRUE(row().per_ebs_kiops && row().per_ebs_gb_per_s);
  fleet.runs[0].run.ebs_volumes = 4;
  EXPECT_FALSE(row().per_ebs_kiops || row().per_ebs_gb_per_s);
  value_in(fleet, "ebs-read")->devices = value_in(fleet, "ebs-read-rate")->devices = 4;
  EXPECT_TRUE(row().per_ebs_kiops && row().per_ebs_gb_per_s);
  value_in(fleet, "ebs-read-rate")->devices = 1;
  EXPECT_FALSE(row().per_ebs_kiops || row().per_ebs_gb_per_s) << "one goes with the other";
  for (const char* id : {"ebs-read", "ebs-read-rate"}) {
    value_in(fleet, id)->devices = 5;
    value_in(fleet, id)->untold_devices = 1;
  }
  EXPECT_FALSE(row().per_ebs_kiops) << "the volume that it boots from is not in the price";
  EXPECT_TRUE(row().ebs_usd_per_hour);
}

TEST(cost, of_ebs_is_not_told_of_runs_with_another_number_of_volumes) {
  const InstanceType& type = *find_type(embedded_catalog(), "i4i.16xlarge");
  Catalog catalog = embedded_catalog();
  for (VolumePrice& volume : catalog.ebs.volumes) volume.per_mib_per_s = 0.04;
  std::vector<FleetRun> runs;
  for (const std::uint32_t i : {0U, 1U}) {
    runs.push_back(fleet_run(summarize(synthetic_instance(type, i, 1)), catalog));
  }
  const auto row = [&](std::vector<FleetRun> of_runs) {
    const Fleet fleet = make_fleet(std::move(of_runs), {}, catalog);
    return cost_rows(fleet, all_types(fleet), PurchaseOption::on_demand, "us-east-1").at(0);
  };
  EXPECT_TRUE(row(runs).per_ebs_kiops);
  runs[1].run.ebs_volumes = 2;
  for (std::optional<HeadlineValue>& value : runs[1].values) {
    if (value) value->devices = 2;
  }
  EXPECT_FALSE(row(runs).per_ebs_kiops);
}

TEST(cost, without_a_price_there_is_none) {
  Catalog catalog = embedded_catalog();
  catalog.prices.clear();
  Fleet fleet;
  const auto rows = costs_of("i4i.large", catalog, fleet);
  EXPECT_EQ(rows[0].price, nullptr);
  EXPECT_FALSE(rows[0].per_kiops);
}

TEST(cost, a_note_in_words_gives_type_and_provisioning) {
  const VolumeProvisioning volume = provisioning_in_words("io2, 64,000 IOPS, 4,000 MiB/s");
  EXPECT_EQ(volume.volume_type, "io2");
  EXPECT_EQ(volume.iops, 64000);
  EXPECT_EQ(provisioning_in_words("").volume_type, "");
  const VolumeProvisioning unlike =
      provisioning_in_words("sdf gp3 iops=16000 mbps=1000; sdg io2 iops=64000");
  EXPECT_EQ(unlike.volume_type, "");
  EXPECT_EQ(unlike.iops, 0);
}

TEST(cost, of_several_volumes_is_that_of_each) {
  RunSummary run;
  run.comparability.volume_note = "io2, 10000 IOPS";
  run.ebs_volumes = 4;
  run.ebs_bytes = 4 * (std::uint64_t{100} << 30);
  const VolumeCost cost = volumes_cost(embedded_catalog().ebs, run).value();
  EXPECT_NEAR(cost.usd_per_hour * 730, 4 * (100 * 0.125 + 10000 * 0.065), 1e-9);
  run.ebs_volumes = 0;
  EXPECT_FALSE(volumes_cost(embedded_catalog().ebs, run));
}

}  // namespace
}  // namespace assay
