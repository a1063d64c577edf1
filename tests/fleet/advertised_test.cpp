#include "reports/fleet/advertised.hpp"

#include <gtest/gtest.h>

#include "tests/fleet/synthetic_fleet.hpp"

namespace assay {
namespace {

InstanceType bursting() {
  InstanceType type;
  type.name = "x1.large";
  type.disks = 4;
  type.read_iops = 400000;
  type.ebs = {2500, 40000, 78e6, 1250e6};
  return type;
}

CaseSummary io(DeviceClass device_class, std::uint32_t block, Pattern pattern, double iops,
               double elapsed_s) {
  CaseSummary item;
  item.id = "case";
  item.target = "target";
  item.device_class = device_class;
  item.elapsed_s = elapsed_s;
  item.storage = StorageParameters{Operation::read, pattern, block, 32};
  item.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, {}},
                  {"bandwidth", iops * block, "B/s", Direction::higher_is_better, {}}};
  return item;
}

TEST(advertised, bands_have_their_limits) {
  EXPECT_EQ(band_of(0.9499), Band::below);
  EXPECT_EQ(band_of(0.95), Band::within);
  EXPECT_EQ(band_of(1.15), Band::within);
  EXPECT_EQ(band_of(1.1501), Band::above);
  EXPECT_EQ(band_text(Band::below), "< 95 %");
}

TEST(advertised, some_disks_are_held_against_their_share) {
  RunSummary run;
  run.cases = {io(DeviceClass::instance_store, 4096, Pattern::random, 99000, 3)};
  run.cases[0].limit = LimitKind::device;
  const InstanceType type = bursting();
  const auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(rows[0].advertised, 100000);
  EXPECT_EQ(rows[0].bound_by, "device");
  EXPECT_EQ(rows[0].note, "1 of 4 disks measured at once: their share of 400 k IOPS");
  run.cases[0].devices = 4;
  EXPECT_DOUBLE_EQ(against_advertised(run, &type)[0].advertised, 400000);
}

TEST(advertised, short_ebs_cases_of_a_type_with_a_baseline_are_bursts) {
  RunSummary run;
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 39000, 1799),
               io(DeviceClass::instance_store, 4096, Pattern::random, 99000, 3)};
  const InstanceType type = bursting();
  label_bursts(run, &type);
  EXPECT_TRUE(is_burst(run.cases[0]));
  EXPECT_FALSE(is_burst(run.cases[1]));
  EXPECT_EQ(run.flags, std::vector<std::string>{"burst"});
  const auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].limit, "EBS IOPS, maximum");
  EXPECT_EQ(rows[1].advertised, 40000);
  EXPECT_NE(rows[1].note.find("the baseline is 2.50 k IOPS"), std::string::npos);
}

TEST(advertised, half_an_hour_of_ebs_is_held_against_the_baseline) {
  RunSummary run;
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 2600, 1800)};
  InstanceType type = bursting();
  label_bursts(run, &type);
  EXPECT_TRUE(run.flags.empty());
  auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].limit, "EBS IOPS, baseline");
  EXPECT_EQ(rows[0].advertised, 2500);
  type.ebs.base_iops = type.ebs.max_iops;
  type.ebs.base_bytes_per_s = type.ebs.max_bytes_per_s;
  run.cases[0].elapsed_s = 3;
  label_bursts(run, &type);
  EXPECT_TRUE(run.flags.empty());
  rows = against_advertised(run, &type);
  EXPECT_EQ(rows[0].limit, "EBS IOPS");
  EXPECT_EQ(rows[0].note, "");
}

TEST(advertised, a_volume_below_the_instance_is_told) {
  RunSummary run;
  run.comparability.volume_note = "gp3, 16000 IOPS, 1000 MiB/s";
  run.cases = {io(DeviceClass::ebs, 4096, Pattern::random, 16000, 3)};
  const InstanceType type = bursting();
  const auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NE(rows[0].note.find("measured with 4 KiB"), std::string::npos) << rows[0].note;
  EXPECT_EQ(rows[0].marks, "burst, 4 KiB, volume");
  EXPECT_TRUE(
      rows[0].volumes.starts_with("Measured the volume, not the instance: the volumes give 16.0 k "
                                  "IOPS of the instance's 40.0 k "
                                  "IOPS"))
      << rows[0].volumes;
  run.cases[0].elapsed_s = burst_s;  // the baseline of 2,500 is below what the volume gives
  EXPECT_EQ(against_advertised(run, &type)[0].volumes, "");
}

TEST(advertised, a_gpu_is_held_against_its_own_peak_without_the_catalog) {
  RunSummary run;
  run.gpu_peak_bytes_per_s = 600e9;
  CaseSummary item;
  item.id = "gpu/gpu0/read";
  item.target = "gpu0";
  item.gpu = GpuParameters{"read", 0};
  item.metrics = {{"bandwidth", 540e9, "B/s", Direction::higher_is_better, {}}};
  run.cases = {item};
  const auto rows = against_advertised(run, nullptr);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(rows[0].ratio(), 0.9);
}

TEST(advertised, the_planted_types_of_the_synthetic_fleet_are_found) {
  const Catalog& catalog = embedded_catalog();
  const auto band = [&](const char* name) {
    const InstanceType* type = find_type(catalog, name);
    const RunSummary run = summarize(synthetic_instance(*type, 0, 1));
    return band_of(against_advertised(run, type).at(0).ratio());
  };
  EXPECT_EQ(band("i7ie.large"), Band::below);
  EXPECT_EQ(band("m6id.large"), Band::above);
  EXPECT_EQ(band("i4i.8xlarge"), Band::within);
}

}  // namespace
}  // namespace assay
