#include "reports/fleet/fleet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "reports/fleet/fleet_tables.hpp"
#include "reports/json/quick_reader.hpp"
#include "reports/json/result_json.hpp"
#include "tests/fleet/synthetic_fleet.hpp"

namespace assay {
namespace {

Fleet synthetic_fleet(const std::vector<std::string>& names, std::uint32_t instances) {
  std::vector<FleetRun> runs;
  for (const std::string& name : names) {
    for (std::uint32_t i = 0; i < instances; ++i) {
      const InstanceType* type = find_type(embedded_catalog(), name);
      runs.push_back(
          fleet_run(summarize(synthetic_instance(*type, i, 1), name), embedded_catalog()));
    }
  }
  return make_fleet(std::move(runs), {}, embedded_catalog());
}

std::size_t index_of(std::string_view id) {
  return static_cast<std::size_t>(
      std::find_if(headlines().begin(), headlines().end(),
                   [&](const HeadlineMetric& one) { return one.id == id; }) -
      headlines().begin());
}

TEST(fleet, families_hold_their_types_smallest_first) {
  const Fleet fleet = synthetic_fleet({"i4i.4xlarge", "m6id.large", "i4i.large"}, 3);
  ASSERT_EQ(fleet.families.size(), 2U);
  EXPECT_EQ(fleet.families[0].name, "i4i");
  ASSERT_EQ(fleet.families[0].types.size(), 2U);
  EXPECT_EQ(fleet.families[0].types[0].name, "i4i.large");
  EXPECT_EQ(fleet.families[0].types[1].runs.size(), 3U);
  for (const FleetRun& run : fleet.runs) EXPECT_TRUE(run.run.cases.empty());
}

TEST(fleet, a_metric_is_the_median_over_instances_with_its_spread) {
  const Fleet fleet = synthetic_fleet({"i4i.large"}, 6);
  const FleetType& type = fleet.families[0].types[0];
  const auto& metric = type.metrics[index_of("store-read")];
  ASSERT_TRUE(metric);
  EXPECT_EQ(metric->values.size(), 6U);
  std::vector<double> sorted = metric->values;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_DOUBLE_EQ(metric->median, (sorted[2] + sorted[3]) / 2);
  EXPECT_EQ(metric->advertised, 50000);
  EXPECT_NEAR(metric->median / 50000, 1.02, 0.05);
  EXPECT_GT(*metric->deviation_percent, 0.5);
  // The planted slow instance.
  EXPECT_EQ(std::min_element(metric->values.begin(), metric->values.end()) - metric->values.begin(),
            2);
  EXPECT_EQ(type.metrics[index_of("ebs-read")]->bursts, 6U);
  EXPECT_FALSE(type.metrics[index_of("gpu-read")]);
}

TEST(fleet, the_best_type_is_no_burst_where_anything_lasts) {
  const Fleet fleet = synthetic_fleet({"i4i.large", "i4i.16xlarge"}, 1);
  const auto types = all_types(fleet);
  EXPECT_EQ(best_type(types, index_of("store-read"))->name, "i4i.16xlarge");
  EXPECT_EQ(best_type(types, index_of("ebs-read"))->name, "i4i.16xlarge");
  EXPECT_EQ(best_type({types[0]}, index_of("ebs-read"))->name, "i4i.large");
  EXPECT_EQ(best_type(types, index_of("gpu-read")), nullptr);
}

TEST(fleet, runs_held_against_another_limit_have_a_row_of_their_own) {
  std::vector<FleetRun> runs;
  for (const std::uint32_t i : {0U, 1U, 2U}) {
    const InstanceType* type = find_type(embedded_catalog(), "i4i.16xlarge");
    RunSummary run = summarize(synthetic_instance(*type, i, 1));
    for (CaseSummary& item : run.cases) {
      if (i == 1 && item.device_class == DeviceClass::instance_store) item.devices = 2;
    }
    runs.push_back(fleet_run(std::move(run), embedded_catalog()));
  }
  const Fleet fleet = make_fleet(std::move(runs), {}, embedded_catalog());
  std::vector<std::vector<std::string>> rows =
      advertised_table({fleet, CatalogView{}, PurchaseOption::on_demand, {}, {}}).rows;
  std::erase_if(rows, [](const auto& row) { return row[0] != "instance-store read IOPS"; });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0][1], "2");
  EXPECT_EQ(rows[0].back(), "-");
  EXPECT_EQ(rows[1][1], "1");
  EXPECT_EQ(rows[1].back(), "2 of 4 disks");
  EXPECT_NE(rows[0][2], rows[1][2]);
}

TEST(fleet, synthetic_instances_are_marked_differ_and_repeat) {
  ASSERT_GE(synthetic_types().size(), 12U);
  std::set<double> seen;
  for (const std::string& name : synthetic_types()) {
    const InstanceType* type = find_type(embedded_catalog(), name);
    ASSERT_NE(type, nullptr) << name;
    const Result result = synthetic_instance(*type, 1, 7);
    EXPECT_NE(result.host.identity.sys_vendor.find("SYNTHETIC"), std::string::npos);
    EXPECT_EQ(write_json(result), write_json(synthetic_instance(*type, 1, 7)));
    EXPECT_TRUE(read_quickly(write_json(result)));
    EXPECT_TRUE(seen.insert(result.cases[0].metrics[0].value).second);
    EXPECT_NE(write_json(result), write_json(synthetic_instance(*type, 1, 8)));
  }
}

}  // namespace
}  // namespace assay
