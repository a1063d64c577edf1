#include "reports/pick/pick.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/random_numbers.hpp"

namespace assay {
namespace {

constexpr double gib = 1073741824.0;
constexpr const char* today = "2026-07-21";

/// SYNTHETIC. What a type is sold with, and what its machines give.
struct Planted {
  const char* type;
  double usd_per_hour;
  double advertised_iops;
  double measured_iops;
  double latency_ns_p99;
  std::size_t machines;
};

constexpr Planted cheap_promise{"a1.large", 0.1, 500e3, 200e3, 5e5, 6};  // fails when measured
constexpr Planted lone{"b1.large", 0.2, 500e3, 500e3, 5e5, 1};           // n = 1
constexpr Planted slow{"c1.large", 0.3, 500e3, 500e3, 5e6, 6};           // beyond 1 ms
constexpr Planted good{"d1.large", 1.0, 500e3, 480e3, 5e5, 6};
constexpr Planted better{"e1.large", 1.5, 500e3, 700e3, 5e5, 6};
constexpr Planted unmeasured{"f1.large", 0.5, 900e3, 0, 0, 0};

void add_type(Catalog& catalog, const Planted& one) {
  InstanceType type;
  type.name = one.type;
  type.current_generation = true;
  type.vcpus = 8;
  type.memory_bytes = static_cast<std::uint64_t>(64 * gib);
  type.disks = 1;
  type.read_iops = one.advertised_iops;
  type.ebs = {20e3, 40e3, 0.5e9, 1.25e9};
  catalog.types.push_back(type);
  catalog.prices.push_back({one.type, "us-east-1", PurchaseOption::on_demand, "", "planted",
                            "2026-07-20", one.usd_per_hour, Origin::embedded});
}

CaseSummary storage_case(DeviceClass device_class, const char* workload, std::uint32_t block,
                         double iops, double latency_ns_p99, double elapsed_s) {
  CaseSummary item;
  item.id = std::string("storage/") + workload;
  item.workload = workload;
  item.device_class = device_class;
  item.storage.emplace();
  item.storage->block_size_bytes = block;
  item.elapsed_s = elapsed_s;
  if (elapsed_s >= burst_s + lasting_s_min) item.lasting = {iops, iops * block};
  item.metrics = {{"iops", iops, "1/s", Direction::higher_is_better, std::nullopt},
                  {"bandwidth", iops * block, "B/s", Direction::higher_is_better, std::nullopt},
                  {"latency/p99", latency_ns_p99, "ns", Direction::lower_is_better, std::nullopt}};
  return item;
}

void add_runs(std::vector<RunSummary>& runs, const Planted& one, double ebs_seconds = 5) {
  RandomNumbers random(7);
  for (std::size_t i = 0; i < one.machines; ++i) {
    RunSummary& run = runs.emplace_back();
    run.instance_type = one.type;
    run.machine = fmt::format("i-{}-{}", one.type, i);
    run.synthetic = true;
    const double noise = 1 + 0.01 * random.normal();
    run.cases.push_back(storage_case(DeviceClass::instance_store, "random-read", 4096,
                                     one.measured_iops * noise, one.latency_ns_p99, 5));
    run.cases.push_back(storage_case(DeviceClass::ebs, "sequential-read", 131072,
                                     1.2e9 / 131072 * noise, 1e6, ebs_seconds));
  }
}

struct Planting {
  Catalog catalog;
  std::vector<RunSummary> runs;
};

Planting planted_fleet() {
  Planting planting;
  for (const Planted& one : {cheap_promise, lone, slow, good, better, unmeasured}) {
    add_type(planting.catalog, one);
    add_runs(planting.runs, one);
  }
  return planting;
}

Pick picked(const Planting& planting, const std::string& need, const PickOptions& options = {}) {
  return pick(parse_need(need), planting.runs, planting.catalog, options, today);
}

const Candidate& named(const std::vector<Candidate>& list, const std::string& type) {
  for (const Candidate& one : list) {
    if (one.type == type) return one;
  }
  throw std::runtime_error(type + " is not in the list");
}

constexpr const char* need = "instance-store random-read/4k iops >= 400k at p99 <= 1 ms";

TEST(Pick, RanksByCostFromWhatWasMeasured) {
  const Pick result = picked(planted_fleet(), need);
  ASSERT_EQ(result.candidates.size(), 3U);
  // The cheapest by its advertised IOPS would be one a1.large at 0.1 $/h. Measured, it takes three.
  EXPECT_EQ(result.candidates[0].type, "a1.large");
  EXPECT_EQ(result.candidates[0].count, 3U);
  EXPECT_NEAR(result.candidates[0].total_usd_per_hour(), 0.3, 1e-9);
  EXPECT_EQ(result.candidates[1].type, "d1.large");
  EXPECT_EQ(result.candidates[1].count, 1U);
  EXPECT_EQ(result.candidates[2].type, "e1.large");
  const Delivered& delivered = result.candidates[1].delivered[0];
  EXPECT_EQ(delivered.instances, 6U);
  EXPECT_LT(delivered.bound.value(), delivered.median);
  EXPECT_GT(delivered.bound.value(), 0.97 * delivered.median);
}

TEST(Pick, SaysWhichRequirementExcludes) {
  const Pick result = picked(planted_fleet(), need);
  ASSERT_EQ(result.excluded.size(), 2U);
  EXPECT_EQ(result.excluded[0].type, "b1.large");  // cheapest first
  EXPECT_NE(result.excluded[0].excluded.find("n = 1"), std::string::npos);
  EXPECT_NE(result.excluded[1].excluded.find("no measured case fulfils it"), std::string::npos);
  EXPECT_NE(result.excluded[1].excluded.find("p99 <= 1 ms"), std::string::npos);
  PickOptions options;
  options.budget_usd_per_hour = 1.2;
  const Pick within = picked(planted_fleet(), need, options);
  EXPECT_EQ(within.candidates.size(), 2U);
  EXPECT_NE(named(within.excluded, "e1.large").excluded.find("--budget"), std::string::npos);
  options = {};
  options.option = PurchaseOption::reserved_3y;
  EXPECT_NE(named(picked(planted_fleet(), need, options).excluded, "d1.large")
                .excluded.find("no reserved-3y price"),
            std::string::npos);
}

TEST(Pick, ARunWithoutSuchACaseSaysNothingOfItsMachine) {
  Planting planting = planted_fleet();
  const Pick before = picked(planting, need);
  std::vector<RunSummary> others = planting.runs;  // another suite on the same machines
  for (RunSummary& run : others) run.cases.erase(run.cases.begin());
  planting.runs.insert(planting.runs.end(), others.begin(), others.end());
  const Pick after = picked(planting, need);
  ASSERT_EQ(after.candidates.size(), before.candidates.size());
  for (std::size_t i = 0; i < before.candidates.size(); ++i) {
    EXPECT_EQ(after.candidates[i].count, before.candidates[i].count);
    EXPECT_DOUBLE_EQ(after.candidates[i].delivered[0].median,
                     before.candidates[i].delivered[0].median);
  }
}

TEST(Pick, WhatNeitherCatalogNorHostTellsIsNotNone) {
  Planting planting;
  RunSummary& run = planting.runs.emplace_back();
  run.instance_type = "x9.large";
  run.machine = "i-x9";
  run.gpus = 8;
  const Pick result = picked(planting, "gpu-memory GiB >= 80");
  ASSERT_EQ(result.excluded.size(), 1U);
  EXPECT_NE(result.excluded[0].excluded.find("neither the catalog nor the Result tells it"),
            std::string::npos)
      << result.excluded[0].excluded;
  run.gpus = 0;
  EXPECT_NE(picked(planting, "gpu-memory GiB >= 80").excluded[0].excluded.find("it has none"),
            std::string::npos);
}

TEST(Pick, AnEbsBurstSatisfiesNothingUnlessTheNeedSaysSo) {
  Planting planting = planted_fleet();
  const std::string ebs = "ebs seq-read GB/s >= 1";
  const Pick refused = picked(planting, ebs);
  EXPECT_TRUE(refused.candidates.empty());
  EXPECT_NE(named(refused.excluded, "d1.large").excluded.find("only a burst"), std::string::npos);
  const Pick accepted = picked(planting, ebs + " burst ok");
  EXPECT_EQ(accepted.candidates.size(), 5U - 1U);  // all but n = 1
  EXPECT_EQ(accepted.candidates[0].type, "a1.large");
  // Forty minutes are no burst.
  planting.runs.clear();
  add_runs(planting.runs, good, 2400);
  EXPECT_EQ(picked(planting, ebs).candidates.size(), 1U);
}

TEST(Pick, OnlyPlainCasesAreWhatADiskDelivers) {
  Planting planting = planted_fleet();
  for (RunSummary& run : planting.runs) {
    for (const int change : {0, 1, 2, 3}) {
      CaseSummary fast = run.cases[0];
      fast.metrics[0].value *= 3;
      if (change == 0) fast.storage->direct = false;
      if (change == 1) fast.storage->range_end_percent = 10;
      if (change == 2) fast.storage->verify = true;
      if (change == 3) fast.storage->iopoll = true;
      run.cases.push_back(fast);
    }
  }
  const Pick result = picked(planting, "instance-store random-read/4k iops >= 1M");
  EXPECT_EQ(named(result.candidates, "d1.large").count, 3U);
}

TEST(Pick, GpuMemoryIsNeitherTheCacheNorAllGpusOnceMore) {
  Planting planting = planted_fleet();
  for (RunSummary& run : planting.runs) {
    const auto add = [&](const char* target, std::uint64_t array_bytes, double value) {
      CaseSummary& item = run.cases.emplace_back();
      item.id = std::string("gpu/") + target + "/read";
      item.target = target;
      item.workload = "read";
      item.gpu = GpuParameters{"read", array_bytes};
      item.metrics = {{"bandwidth", value, "B/s", Direction::higher_is_better, {}}};
    };
    add("gpu0", 16 << 20, 5.5e12);
    add("gpu0", 0, 3e12);
    add("gpu1", 16 << 20, 5.5e12);
    add("gpu1", 0, 3e12);
    add("all-gpus", 0, 6e12);
  }
  const Pick result = picked(planting, "gpu-memory GB/s >= 1");
  EXPECT_DOUBLE_EQ(named(result.candidates, "d1.large").delivered[0].median, 6e12);
}

TEST(Pick, ListsApartWhatIsOnlyAdvertised) {
  const Pick result = picked(planted_fleet(), "instance-store random-read/4k iops >= 400k");
  ASSERT_EQ(result.promises.size(), 1U);
  EXPECT_EQ(result.promises[0].type, "f1.large");
  EXPECT_EQ(result.promises[0].count, 1U);
  for (const Candidate& one : result.candidates) EXPECT_NE(one.type, "f1.large");
  // Of latency nothing is advertised; alone that is no promise at all.
  EXPECT_TRUE(picked(planted_fleet(), need).promises.empty());
  const Pick both = picked(planted_fleet(), std::string(need) + "; memory GiB >= 64");
  EXPECT_EQ(both.promises.at(0).untold, std::vector<std::string>{need});
}

/// Instances of f1.large that the catalog promises enough of; 0 where it promises nothing.
std::size_t promised(const std::string& of_need) {
  const Pick result = picked(planted_fleet(), of_need + "; vcpus >= 1");
  return result.promises.at(0).untold.empty() ? result.promises.at(0).count : 0;
}

TEST(Pick, APromiseHoldsForTheBlockSizeThatIsAdvertised) {
  EXPECT_EQ(promised("instance-store random-read iops >= 1M"), 2U);
  EXPECT_EQ(promised("instance-store random-read/4k iops >= 1M"), 2U);
  EXPECT_EQ(promised("instance-store random-read/64k iops >= 1M"), 0U);
  // EBS: 20 k IOPS and 0.5 GB/s, of which 64 KiB and 4 KiB reach the one before the other.
  EXPECT_EQ(promised("ebs random-read iops >= 40k"), 2U);
  EXPECT_EQ(promised("ebs random-read/16k iops >= 40k"), 2U);
  EXPECT_EQ(promised("ebs random-read/64k iops >= 40k"), 6U);
  EXPECT_EQ(promised("ebs seq-read/128k GB/s >= 1"), 2U);
  EXPECT_EQ(promised("ebs random-read/4k GB/s >= 1"), 13U);
  EXPECT_EQ(promised("ebs random-read/64k iops >= 40k burst ok"), 3U);
}

TEST(Pick, WhatTheCatalogLacksOfEbsIsNoPromise) {
  Planting planting = planted_fleet();
  EbsAdvertised& ebs = planting.catalog.types.back().ebs;
  const auto untold = [&](const char* size) {
    const std::string of_need = std::string("ebs random-read") + size + " iops >= 20k; vcpus >= 1";
    return picked(planting, of_need).promises.at(0).untold.size();
  };
  EXPECT_EQ(untold("/64k"), 0U);
  ebs.base_bytes_per_s.reset();
  EXPECT_EQ(untold(""), 0U);
  EXPECT_EQ(untold("/64k"), 1U);
  ebs.base_iops = 0;
  EXPECT_EQ(untold(""), 1U);
}

TEST(Pick, APromiseOnEbsSaysThatItsPriceIsWithoutVolumes) {
  const std::string words = "advertised only, prices without EBS volumes";
  const Pick on_ebs = picked(planted_fleet(), "ebs random-read iops >= 20k");
  EXPECT_NE(render_pick_text(on_ebs).find(words), std::string::npos);
  EXPECT_NE(render_pick_markdown(on_ebs).find(words), std::string::npos);
  EXPECT_EQ(render_pick_text(picked(planted_fleet(), "vcpus >= 1")).find(words), std::string::npos);
}

TEST(Pick, RunsOnDisksOfAssumedContentsAreLeftOut) {
  Planting planting = planted_fleet();
  for (RunSummary& run : planting.runs) {
    run.file = run.machine;
    run.comparability.comparable = run.instance_type != good.type;
  }
  const Pick result = picked(planting, need);
  EXPECT_EQ(result.candidates.size(), 2U);
  ASSERT_EQ(result.left_out.size(), 6U);
  EXPECT_EQ(result.left_out[0].file, "i-d1.large-0");
  EXPECT_NE(result.left_out[0].why.find("--assume-written"), std::string::npos);
}

TEST(Pick, OnEbsRunsOnOtherVolumesAreAnotherCandidate) {
  Planting planting = planted_fleet();
  planting.runs.clear();
  add_runs(planting.runs, good, 2400);
  for (RunSummary& run : planting.runs) {
    run.ebs_volumes = 1;
    run.ebs_bytes = std::uint64_t{100} << 30;
    run.comparability.volume_note = "gp3, 16000 IOPS";
  }
  for (std::size_t i = 0; i < 3; ++i) {
    RunSummary& run = planting.runs[i];
    run.comparability.volume_note = "gp3, 3000 IOPS";
    run.cases[1].metrics[1].value /= 4;
    run.cases[1].lasting->bytes_per_s /= 4;
  }
  planting.catalog.ebs = embedded_catalog().ebs;
  const Pick result = picked(planting, "ebs seq-read GB/s >= 1");
  ASSERT_EQ(result.candidates.size(), 2U);
  const Candidate& one = result.candidates[0];
  EXPECT_EQ(one.count, 1U);
  EXPECT_EQ(one.delivered[0].instances, 3U);
  EXPECT_EQ(one.volumes, "1 volume of 100 GiB: gp3, 16000 IOPS");
  EXPECT_NEAR(*one.usd_per_hour, 1 + (100 * 0.08 + 13000 * 0.005) / 730, 1e-6);
  EXPECT_GT(result.candidates[1].count, 3U);
  EXPECT_EQ(result.candidates[1].volumes, "1 volume of 100 GiB: gp3, 3000 IOPS");
  const std::string text = render_pick_text(result);
  EXPECT_NE(text.find("d1.large, 1 volume of 100 GiB: gp3, 3000 IOPS (SYNTHETIC)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("d1.large, 1 volume of 100 GiB: gp3, 16000 IOPS: "), std::string::npos)
      << text;
  // A gp2 volume's rate goes with its size.
  planting.runs[3].ebs_bytes *= 10;
  EXPECT_EQ(picked(planting, "ebs seq-read GB/s >= 1").candidates.size() +
                picked(planting, "ebs seq-read GB/s >= 1").excluded.size(),
            3U);
  planting.runs[3].ebs_bytes /= 10;
  // The volume that the machine boots from is in no price.
  for (RunSummary& run : planting.runs) run.cases[1].untold_devices = 1;
  EXPECT_TRUE(picked(planting, "ebs seq-read GB/s >= 1").candidates.empty());
  // Of what is no EBS they are runs of one type.
  const Pick store = picked(planting, "instance-store random-read/4k iops >= 400k");
  ASSERT_EQ(store.candidates.size(), 1U);
  EXPECT_EQ(store.candidates[0].delivered[0].instances, 6U);
  EXPECT_EQ(store.candidates[0].volumes, "");
}

TEST(Pick, AmountsAreTotalsOverInstances) {
  const Pick result =
      picked(planted_fleet(), std::string(need) + "; memory GiB >= 128; vcpus >= 8");
  EXPECT_EQ(named(result.candidates, "d1.large").count, 2U);
  EXPECT_EQ(named(result.candidates, "a1.large").count, 3U);
  EXPECT_NE(
      named(picked(planted_fleet(), "gpus >= 1").excluded, "d1.large").excluded.find("it has none"),
      std::string::npos);
}

TEST(Pick, ACapacityThatTakesTooManyInstancesExcludes) {
  const Pick result = picked(planted_fleet(), "vcpus >= 8001");
  EXPECT_TRUE(result.candidates.empty());
  EXPECT_EQ(named(result.excluded, "d1.large").excluded,
            "'vcpus >= 8001': 8 from each: more than 1000 instances would be needed");
  EXPECT_EQ(named(picked(planted_fleet(), "vcpus >= 8000").candidates, "d1.large").count, 1000U);
}

TEST(Pick, TheBoundIsThatOfTheTDistribution) {
  // Mean 10, deviation 1, n = 4: 10 - 2.353 / 2.
  const std::vector<double> values{10 - 1.2247448714, 10, 10, 10 + 1.2247448714};
  EXPECT_NEAR(lower_bound_of(values).value(), 10 - 2.353 * 1 / 2, 1e-3);
  EXPECT_FALSE(lower_bound_of({5}).has_value());
  EXPECT_EQ(lower_bound_of({0, 10}).value(), 0);
}

TEST(Pick, IsRenderedWithItsReasons) {
  const Pick result = picked(planted_fleet(), need);
  for (const std::string& text :
       {render_pick_text(result), render_pick_markdown(result), render_pick_json(result)}) {
    for (const char* word : {"d1.large", "n = 1", "planted", "SYNTHETIC"}) {
      const bool json_flag = std::string(word) == "SYNTHETIC" && text.starts_with("{");
      EXPECT_NE(text.find(json_flag ? "\"synthetic\": true" : word), std::string::npos) << word;
    }
  }
  EXPECT_NE(render_pick_text(picked(planted_fleet(), "gpus >= 1")).find("No measured type meets"),
            std::string::npos);
}

}  // namespace
}  // namespace assay
