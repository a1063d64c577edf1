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

TEST(Pick, AmountsAreTotalsOverInstances) {
  const Pick result =
      picked(planted_fleet(), std::string(need) + "; memory GiB >= 128; vcpus >= 8");
  EXPECT_EQ(named(result.candidates, "d1.large").count, 2U);
  EXPECT_EQ(named(result.candidates, "a1.large").count, 3U);
  EXPECT_NE(
      named(picked(planted_fleet(), "gpus >= 1").excluded, "d1.large").excluded.find("it has none"),
      std::string::npos);
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
