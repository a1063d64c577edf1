#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "runners/plan/budget.hpp"
#include "runners/plan/execution_order.hpp"
#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30;

/// What an instance type looks like to the planner: its local disks, as the vendor describes them
/// (reports/catalog's source: describe-instance-types), and an EBS root volume.
struct Type {
  const char* name;
  std::uint32_t disks;
  std::uint64_t disk_bytes;
  bool rotational;
  std::uint32_t cpus;
  std::uint32_t numa_nodes;
  std::uint32_t gpus;
};

Host host_of(const Type& type) {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.memory.total_bytes = 512 * gib;
  host.cpu.threads = type.cpus;
  const std::uint32_t each = type.cpus / type.numa_nodes;
  for (std::uint32_t i = 0; i < type.numa_nodes; ++i) {
    host.numa_nodes.push_back({i, 256 * gib, fmt::format("{}-{}", i * each, (i + 1) * each - 1)});
  }
  for (std::uint32_t i = 0; i < type.disks; ++i) {
    BlockDevice disk;
    disk.name = fmt::format("nvme{}n1", i + 1);
    disk.path = "/dev/" + disk.name;
    disk.transport = "nvme";
    disk.device_class = DeviceClass::instance_store;
    disk.size_bytes = type.disk_bytes;
    disk.rotational = type.rotational;
    disk.numa_node = i % type.numa_nodes;
    host.block_devices.push_back(disk);
  }
  for (std::uint32_t i = 0; i < type.gpus; ++i) {
    host.gpu.devices.push_back({});
    host.gpu.devices.back().index = i;
  }
  if (type.gpus == 0) host.gpu.none_reason = "no GPU";
  return host;
}

std::vector<Target> targets_of(const Host& host, const Suite& suite) {
  std::vector<Target> targets;
  for (const BlockDevice& disk : host.block_devices) {
    Target target;
    target.id = "instance-store";
    target.kind = TargetKind::block_device;
    target.device_class = DeviceClass::instance_store;
    target.path = disk.path;
    target.device = disk.name;
    target.chosen = true;
    target.overwrite.emplace();
    target.span_bytes = std::min(suite.device_span_bytes, disk.size_bytes);
    targets.push_back(target);
  }
  Target root;
  root.id = "ebs-file";
  root.device_class = DeviceClass::ebs;
  root.path = "/";
  root.device = "nvme0n1";
  root.chosen = true;
  root.span_bytes = suite.file_size_bytes;
  targets.push_back(root);
  return targets;
}

const std::vector<Type> types{
    {"i4i.32xlarge", 8, 3'750'000'000'000, false, 128, 2, 0},
    {"i3en.24xlarge", 8, 7'500'000'000'000, false, 96, 2, 0},
    {"d3en.12xlarge", 24, 13'980'000'000'000, true, 48, 1, 0},
    {"p5.48xlarge", 8, 3'800'000'000'000, false, 192, 2, 8},
};

TEST(StandardSuite, KeepsToTwentyMinutesOnTheLargestInstances) {
  const Suite suite = load_suite("standard");
  for (const Type& type : types) {
    const Host host = host_of(type);
    const Plan plan = make_plan(host, suite, targets_of(host, suite), {}, 1);
    std::size_t measured = 0;
    std::size_t dropped = 0;
    for (const Case& item : plan.cases) {
      measured += item.skip_reason.empty() ? 1 : 0;
      dropped += item.skip_reason.rfind("dropped to keep within 20 minutes", 0) == 0 ? 1 : 0;
    }
    fmt::print("{}: {:.1f} minutes planned, {} cases, {} dropped\n", type.name, plan.planned_s / 60,
               measured, dropped);
    EXPECT_LE(plan.planned_s, 20 * 60) << type.name;
    EXPECT_GT(plan.planned_s, 8 * 60) << type.name;
    // Pairs of nodes are skipped on a machine with one, GPUs on a machine without.
    const std::size_t not_there =
        (type.gpus == 0 ? 6U : 0U) + (host.numa_nodes.size() < 2 ? 2U : 0U);
    EXPECT_EQ(measured + dropped, plan.cases.size() - not_there) << type.name;
    // Whatever had to go: every disk is measured alone, and all of them together.
    for (const Case& item : plan.cases) {
      if (item.storage && item.priority == 1) {
        EXPECT_EQ(item.skip_reason, "") << type.name << " " << item.id;
      }
    }
  }
}

TEST(StandardSuite, MeasuresEachDiskInShortTheSlowestInFullAndAllTogether) {
  const Suite suite = load_suite("standard");
  const Host host = host_of(types[0]);
  const Plan plan = make_plan(host, suite, targets_of(host, suite), {}, 1);
  std::map<std::string, std::size_t> cases;
  for (const Case& item : plan.cases) cases[item.target] += item.storage ? 1 : 0;
  for (int i = 1; i <= 8; ++i) {
    EXPECT_EQ(cases[i == 1 ? "instance-store" : fmt::format("instance-store-{}", i)], 3U);
  }
  EXPECT_GE(cases["instance-store-slowest"], 30U);
  EXPECT_GE(cases["instance-store-all"], 12U);
  // A lone target of a class gets what the slowest gets, and no cases of a set.
  EXPECT_EQ(cases["ebs-file"], 3 + cases["instance-store-slowest"]);
  EXPECT_EQ(find_target(plan, "ebs-file-all"), nullptr);
  const Target* all = find_target(plan, "instance-store-all");
  ASSERT_NE(all, nullptr);
  EXPECT_EQ(all->members.size(), 8U);
  EXPECT_FALSE(all->numa_node.has_value());  // on both nodes
  EXPECT_EQ(find_target(plan, "instance-store-2")->numa_node, 1U);
  const Case* deep =
      find_case(plan, "storage/instance-store-all/random-read/4k/qd256/total-qd2048");
  ASSERT_NE(deep, nullptr);
  EXPECT_GT(deep->storage->threads, 1U);
}

TEST(Cap, DropsTheHighestPriorityNumbersFirstAndTheLastOfThemBeforeTheOthers) {
  Plan plan;
  plan.cap_s = 25;
  for (int i = 0; i < 5; ++i) {
    Case item;
    item.id = fmt::format("case-{}", i);
    item.duration_s = 10;
    item.memory.emplace();
    item.priority = i == 1 || i == 3 ? 3 : 2;
    plan.cases.push_back(item);
  }
  drop_beyond_cap(plan, {});
  std::string kept;
  for (const Case& item : plan.cases) kept += item.skip_reason.empty() ? item.id + " " : "";
  EXPECT_EQ(kept, "case-0 case-2 ");
  EXPECT_NE(plan.cases[3].skip_reason.find("priority 3"), std::string::npos);
  plan.cap_s = 1;
  drop_beyond_cap(plan, {});  // ends, although nothing fits
  EXPECT_EQ(planned_s(plan, {}), 0);
}

TEST(Cap, AFillBeyondItTakesNothingElseWithIt) {
  Plan plan;
  plan.cap_s = 1200;
  Target volume;
  volume.id = "ebs";
  volume.kind = TargetKind::block_device;
  volume.device_class = DeviceClass::ebs;
  volume.overwrite.emplace();
  volume.chosen = true;
  volume.span_bytes = std::uint64_t{200} << 30;  // 27 minutes at 125 MiB/s
  plan.targets = {volume};
  for (const char* id : {"storage", "memory"}) {
    Case& item = plan.cases.emplace_back();
    item.id = id;
    item.duration_s = 10;
    item.priority = 1;
  }
  plan.cases[0].target = "ebs";
  plan.cases[0].storage.emplace();
  plan.cases[1].memory.emplace();
  drop_beyond_cap(plan, {});
  EXPECT_EQ(plan.cases[0].skip_reason,
            "filling 200 GiB of ebs alone takes about 27 minutes, more than the 20 there are: give "
            "a smaller --size, or a suite without a cap");
  EXPECT_EQ(plan.cases[1].skip_reason, "");
}

TEST(Budget, WhatCasesWriteAnewOrReadIntoThePageCacheIsCounted) {
  Host host;
  host.io_uring.state = IoUringState::available;
  Target volume;
  volume.id = "ebs-file";
  volume.kind = TargetKind::file_system;
  volume.device_class = DeviceClass::ebs;
  volume.chosen = true;
  volume.span_bytes = std::uint64_t{12'500} << 20;  // 100 s at the rate that is planned with
  Target second = volume;
  second.path = "/second";
  const auto planned = [&](const std::string& row) {
    return make_plan(
               host,
               parse_suite("name = \"x\"\nduration = 1\n[[storage]]\nworkload = \"random-read\"\n"
                           "block_size = \"4k\"\nqueue_depth = [1, 2]\n" +
                               row,
                           "x"),
               {volume, second}, {}, 1)
        .planned_s;
  };
  const double plain = planned("devices = \"all\"\n");
  EXPECT_NEAR(planned("devices = \"all\"\nverify = true\n"), plain + 200, 0.1);
  EXPECT_NEAR(planned("devices = \"slowest\"\nverify = true\n"), plain + 100, 0.1);
  EXPECT_NEAR(planned("devices = \"all\"\ndirect = false\n"), plain + 200, 0.1);
}

TEST(ExecutionOrder, GoesThroughStagesAndDrawsEachRoundAnew) {
  Suite suite = load_suite("standard");
  const Host host = host_of(types[0]);
  const Plan plan = make_plan(host, suite, targets_of(host, suite), {}, 1);
  const std::vector<Step> steps = execution_order(plan);
  std::map<std::pair<std::size_t, std::uint32_t>, int> seen;
  Stage before = Stage::precondition;
  for (const Step& step : steps) {
    ++seen[{step.case_index, step.round}];
    const Stage stage = stage_of(plan, plan.cases[step.case_index]);
    EXPECT_GE(static_cast<int>(stage), static_cast<int>(before));
    before = stage;
  }
  for (const auto& [step, count] : seen) EXPECT_EQ(count, 1);
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    const bool parts = plan.cases[i].storage && plan.cases[i].skip_reason.empty();
    EXPECT_EQ(seen.count({i, 0}), parts ? 0U : 1U) << plan.cases[i].id;
    EXPECT_EQ(seen.count({i, 1}) + seen.count({i, 2}), parts ? 2U : 0U) << plan.cases[i].id;
  }
  std::vector<std::size_t> first;
  std::vector<std::size_t> second;
  for (const Step& step : steps) {
    if (stage_of(plan, plan.cases[step.case_index]) != Stage::first) continue;
    (step.round == 1 ? first : second).push_back(step.case_index);
  }
  EXPECT_NE(first, second);
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
  EXPECT_EQ(execution_order(plan).front().case_index, steps.front().case_index);  // of one seed
}

TEST(ExecutionOrder, PreconditioningComesFirstAndInOnePart) {
  Suite suite = parse_suite(
      "name = \"x\"\nduration = 1\nrounds = 2\n"
      "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\nqueue_depth = 1\n"
      "[[storage]]\nworkload = \"random-write\"\nblock_size = \"4k\"\nqueue_depth = 1\n"
      "precondition = true\nsteady_state = true\n",
      "x");
  const Host host = host_of(types[0]);
  const Plan plan = make_plan(host, suite, {targets_of(host, suite).back()}, {}, 1);
  const std::vector<Step> steps = execution_order(plan);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(plan.cases[steps[0].case_index].workload, "random-write");
  EXPECT_EQ(steps[0].round, 0U);
  EXPECT_EQ(plan.cases[steps[0].case_index].duration_s, 25 * 60);
}

}  // namespace
}  // namespace assay
