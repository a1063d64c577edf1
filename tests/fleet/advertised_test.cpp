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
  if (elapsed_s >= burst_s + lasting_s_min) item.lasting = {iops, iops * block};
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
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 39000, 1859),
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
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 2600, 1860)};
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
  run.cases[0].lasting.reset();
  run.cases[0].flags.clear();
  label_bursts(run, &type);
  EXPECT_TRUE(run.flags.empty());
  rows = against_advertised(run, &type);
  EXPECT_EQ(rows[0].limit, "EBS IOPS");
  EXPECT_EQ(rows[0].note, "");
}

TEST(advertised, of_a_case_that_outlasts_the_burst_what_remains_counts) {
  Result result;
  Target target;
  target.id = "ebs";
  target.chosen = true;
  target.device_class = DeviceClass::ebs;
  result.plan.targets = {target};
  Case item;
  item.id = "storage/ebs/random-read/16k/qd64";
  item.target = "ebs";
  item.workload = "random-read";
  item.storage = StorageParameters{Operation::read, Pattern::random, 16384, 64};
  result.plan.cases = {item};
  CaseResult measured;
  measured.id = item.id;
  measured.elapsed_s = 2400;
  for (int i = 0; i < 2400; ++i) {
    const std::uint64_t ios = i < 1800 ? 16000 : 2600;
    measured.ticks.push_back({static_cast<double>(i), 1, ios, ios * 16384, {}});
  }
  measured.metrics = {{"iops", 12650, "1/s", Direction::higher_is_better, {}},
                      {"bandwidth", 12650.0 * 16384, "B/s", Direction::higher_is_better, {}},
                      {"latency/p99", 4e6, "ns", Direction::lower_is_better, {}}};
  result.cases = {measured};
  RunSummary run = summarize(result);
  const InstanceType type = bursting();
  label_bursts(run, &type);
  label_bursts(run, &type);  // is done where it is done already
  const auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].limit, "EBS IOPS, baseline");
  EXPECT_DOUBLE_EQ(rows[0].measured, 2600);
  EXPECT_EQ(rows[0].note, "the rate after the first 30 minutes of the case");
  EXPECT_EQ(run.cases[0].flags, std::vector<std::string>{after_burst_flag});
  ASSERT_EQ(run.cases[0].metrics.size(), 2U) << "a p99 of half an hour of burst is not what lasts";
  EXPECT_DOUBLE_EQ(run.cases[0].metrics[1].value, 2600.0 * 16384);
  result.cases[0].method.emplace_back("parts", "2, added up");
  EXPECT_FALSE(summarize(result).cases[0].lasting) << "credits came back between the parts";
  result.cases[0].method.clear();
  EXPECT_TRUE(summarize(result).cases[0].lasting);
  result.cases[0].ticks.resize(1859);
  EXPECT_FALSE(summarize(result).cases[0].lasting);
}

TEST(advertised, an_import_has_no_ticks_and_is_a_burst_by_its_length_alone) {
  RunSummary run;
  run.measured_by = "fio";
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 2600, 7200),
               io(DeviceClass::ebs, 16384, Pattern::random, 39000, 60)};
  run.cases[0].lasting.reset();
  const InstanceType type = bursting();
  label_bursts(run, &type);
  EXPECT_FALSE(is_burst(run.cases[0]));
  EXPECT_TRUE(is_burst(run.cases[1]));
}

TEST(advertised, a_stripe_counts_as_the_disks_beneath_it) {
  Result result;
  for (const char* name : {"nvme1n1", "nvme2n1", "nvme3n1", "nvme4n1", "md0"}) {
    BlockDevice& device = result.host.block_devices.emplace_back();
    device.name = name;
    device.device_class = DeviceClass::instance_store;
  }
  result.host.block_devices.back().lower_devices = {"nvme1n1", "nvme2n1", "nvme3n1", "nvme4n1"};
  Target& target = result.plan.targets.emplace_back();
  target.id = "store-file";
  target.device = "md0";
  target.chosen = true;
  target.device_class = DeviceClass::instance_store;
  Case& item = result.plan.cases.emplace_back();
  item.id = "storage/store-file/random-read/4k/qd128";
  item.target = "store-file";
  item.storage = StorageParameters{Operation::read, Pattern::random, 4096, 128};
  CaseResult& measured = result.cases.emplace_back();
  measured.id = item.id;
  measured.metrics = {{"iops", 360e3, "1/s", Direction::higher_is_better, {}}};
  RunSummary run = summarize(result);
  EXPECT_EQ(run.instance_disks, 4U);
  const InstanceType type = bursting();
  const auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_DOUBLE_EQ(rows[0].ratio(), 0.9);
  EXPECT_EQ(rows[0].marks, "");
  for (BlockDevice& device : result.host.block_devices) {
    device.device_class = DeviceClass::ebs;
    device.size_bytes = device.name == "md0" ? 400 : 100;
  }
  run = summarize(result);
  EXPECT_EQ(run.ebs_volumes, 4U);
  EXPECT_EQ(run.ebs_bytes, 400U);
}

TEST(advertised, the_volume_that_the_machine_boots_from_is_none_of_those_in_the_note) {
  Result result;
  result.comparability.volume_note = "gp3, 16000 IOPS, 1000 MiB/s";
  for (const char* name : {"nvme0n1", "nvme1n1"}) {
    BlockDevice& device = result.host.block_devices.emplace_back();
    device.name = name;
    device.size_bytes = 100;
    device.device_class = DeviceClass::ebs;
    Target& target = result.plan.targets.emplace_back();
    target.id = std::string("ebs-") + name;
    target.device = name;
    target.chosen = true;
    target.device_class = DeviceClass::ebs;
    Case& item = result.plan.cases.emplace_back();
    item.id = std::string("storage/") + name;
    item.target = target.id;
    item.storage = StorageParameters{Operation::read, Pattern::random, 16384, 64};
    CaseResult& measured = result.cases.emplace_back();
    measured.id = item.id;
    const double iops = name == std::string("nvme0n1") ? 3000 : 16000;
    measured.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, {}}};
  }
  result.host.block_devices[0].partitions = {{"nvme0n1p1", 50, {"/"}, {}, false}};
  const InstanceType type = bursting();
  RunSummary run = summarize(result);
  EXPECT_EQ(run.ebs_volumes, 1U);
  EXPECT_EQ(run.ebs_bytes, 100U);
  EXPECT_DOUBLE_EQ(against_advertised(run, &type).at(0).measured, 16000);
  result.plan.targets[1].chosen = false;  // the only one that is measured is the one in the note
  result.cases.pop_back();
  run = summarize(result);
  EXPECT_EQ(run.ebs_volumes, 1U);
  EXPECT_DOUBLE_EQ(against_advertised(run, &type).at(0).measured, 3000);
  EXPECT_NE(against_advertised(run, &type).at(0).volumes, "");
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
  run.cases[0].devices = 3;
  EXPECT_EQ(against_advertised(run, &type)[0].volumes, "") << "three such volumes give 48,000";
  run.cases[0].devices = 1;
  run.cases[0].lasting = {16000, 16000 * 4096};  // the baseline of 2,500 is below the volume's
  EXPECT_EQ(against_advertised(run, &type)[0].volumes, "");
  run.cases[0].lasting.reset();
  run.comparability.volume_note.clear();  // not told, yet measured
  EXPECT_EQ(against_advertised(run, &type)[0].volumes, "");
  run.cases[0].limit = LimitKind::volume;
  EXPECT_EQ(
      against_advertised(run, &type)[0].volumes,
      "Measured the volume, not the instance: 16.0 k IOPS of the instance's 40.0 k IOPS, bound "
      "by the volume limit; add or enlarge volumes to measure the instance");
}

TEST(advertised, each_row_is_held_against_what_bounds_it) {
  RunSummary run;
  run.comparability.volume_note = "gp3, 20000 IOPS, 1300 MiB/s";
  CaseSummary sequential = io(DeviceClass::ebs, 128U << 10, Pattern::sequential, 9000, 3);
  run.cases = {sequential};
  const InstanceType type = bursting();  // 40,000 IOPS and 1.25 GB/s
  auto rows = against_advertised(run, &type);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].volumes, "") << "its IOPS do not bound sequential reads, which are merged";
  run.comparability.volume_note = "io2, 1000 IOPS, 1300 MiB/s";
  EXPECT_NE(against_advertised(run, &type)[0].volumes, "") << "1,000 of 256 KiB are 262 MB/s";
  run.comparability.volume_note = "io2, 1000 IOPS";  // no throughput is sold with it
  EXPECT_NE(against_advertised(run, &type)[0].volumes.find("262 MB/s"), std::string::npos);
  run.cases = {io(DeviceClass::ebs, 16384, Pattern::random, 8000, 3)};
  run.comparability.volume_note = "gp3, 125 MiB/s";
  EXPECT_NE(against_advertised(run, &type)[0].volumes, "");
  run.comparability.volume_note = "gp3, 50000 IOPS, 125 MiB/s";
  rows = against_advertised(run, &type);
  EXPECT_TRUE(rows[0].volumes.find("8.00 k IOPS of the instance's 40.0 k IOPS") !=
              std::string::npos)
      << rows[0].volumes;
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
