#include "runners/plan/plan.hpp"

#include <gtest/gtest.h>

#include <set>

#include "runners/usage_error.hpp"

namespace assay {
namespace {

Host capable_host() {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.memory.total_bytes = std::uint64_t{8} << 30;
  host.numa_nodes.resize(1);
  host.gpu.none_reason = "no NVIDIA driver";
  return host;
}

Target file_target() {
  Target target;
  target.id = "ebs-file";
  target.kind = TargetKind::file_system;
  target.path = "/data";
  target.chosen = true;
  target.span_bytes = std::uint64_t{1} << 30;
  return target;
}

Plan quick_plan(const std::vector<Target>& targets, const RunOptions& options = {},
                const Host& host = capable_host()) {
  return make_plan(host, apply_options(load_suite("quick"), options), targets, options, 7);
}

TEST(Plan, QuickFitsItsTimeAndHasStableIds) {
  const Plan plan = quick_plan({file_target()});
  EXPECT_GE(plan.planned_s, 60);
  EXPECT_LE(plan.planned_s, 120);
  std::set<std::string> ids;
  for (const Case& item : plan.cases) EXPECT_TRUE(ids.insert(item.id).second) << item.id;
  for (const char* id :
       {"storage/ebs-file/random-read/4k/qd1", "storage/ebs-file/random-write/4k/qd128",
        "storage/ebs-file/write-fdatasync/4k/qd1", "storage/ebs-file/write-dsync/4k/qd1",
        "storage/ebs-file/sequential-read/1m/qd8", "storage/ebs-file/sequential-write/128k/qd16",
        "storage/ebs-file/random-mixed-70-30/4k/qd32", "memory/host-memory/copy/1-thread",
        "memory/host-memory/triad/all-threads", "memory/host-memory/latency/1-thread",
        "gpu/gpu0/copy"}) {
    EXPECT_EQ(ids.count(id), 1U) << id;
  }
}

TEST(Plan, GpuCasesWithoutAGpuAreSkippedAndNotRequired) {
  for (const Case& item : quick_plan({file_target()}).cases) {
    if (!item.gpu) continue;
    EXPECT_EQ(item.skip_reason, "no NVIDIA driver");
    EXPECT_FALSE(item.required);
  }
}

TEST(Plan, EachGpuOfTheHostIsATarget) {
  Host host = capable_host();
  host.gpu.devices.resize(2);
  host.gpu.devices[1].index = 1;
  const Plan plan = quick_plan({file_target()}, {}, host);
  ASSERT_NE(find_case(plan, "gpu/gpu1/triad"), nullptr);
  EXPECT_TRUE(find_case(plan, "gpu/gpu1/triad")->skip_reason.empty());
}

TEST(Plan, WithoutIoUringStorageIsSkippedWithItsReason) {
  Host host = capable_host();
  host.io_uring = {IoUringState::disabled_by_sysctl, "io_uring is off: sysctl ..."};
  const Plan plan = quick_plan({file_target()}, {}, host);
  for (const Case& item : plan.cases) {
    if (item.storage) {
      EXPECT_EQ(item.skip_reason.find("io_uring is off: sysctl ..."), 0U);
      EXPECT_NE(item.skip_reason.find("engine = \"pread\""), std::string::npos);
    }
  }
}

TEST(Plan, WithoutIoUringTheBaselineEngineStillRuns) {
  Host host = capable_host();
  host.io_uring.state = IoUringState::not_permitted;
  const Suite suite = parse_suite(
      "name = \"x\"\nduration = 1\n[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\n"
      "queue_depth = 1\nengine = \"pread\"\n",
      "x");
  const Plan plan = make_plan(host, suite, {file_target()}, {}, 1);
  ASSERT_EQ(plan.cases.size(), 1U);
  EXPECT_EQ(plan.cases[0].id, "storage/ebs-file/random-read/4k/qd1/pread");
  EXPECT_EQ(plan.cases[0].skip_reason, "");
}

TEST(Plan, ADeviceIsOnlyReadAndOnlyWhenItsContentsAreVouchedFor) {
  Target device = file_target();
  device.kind = TargetKind::block_device;
  device.id = "instance-store";
  device.contents = "contents unknown";
  for (const Case& item : quick_plan({device}).cases) {
    if (!item.storage) continue;
    EXPECT_FALSE(item.skip_reason.empty()) << item.id;
  }
  device.contents = "assumed written";
  for (const Case& item : quick_plan({device}).cases) {
    if (!item.storage) continue;
    EXPECT_EQ(item.skip_reason.empty(), item.storage->operation == Operation::read) << item.id;
  }
}

TEST(Plan, ARefusedTargetKeepsItsCasesWithTheReason) {
  Target target = file_target();
  target.chosen = false;
  target.reason = "is in memory (tmpfs), not on storage";
  const Plan plan = quick_plan({target});
  const Case* item = find_case(plan, "storage/ebs-file/random-read/4k/qd1");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->skip_reason, "/data is in memory (tmpfs), not on storage");
  EXPECT_TRUE(find_case(plan, "memory/host-memory/copy/1-thread")->skip_reason.empty());
}

TEST(Plan, NoTwoCasesHaveOneId) {
  const auto plan_of = [](const std::string& rows) {
    return make_plan(capable_host(), parse_suite("name = \"x\"\nduration = 1\n" + rows, "x"),
                     {file_target()}, {}, 1);
  };
  EXPECT_THROW(plan_of("[[storage]]\nworkload = \"random-read\"\nblock_size = [\"4k\", 4096]\n"
                       "queue_depth = 1\n"),
               UsageError);
  const Plan plan = plan_of(
      "[[memory]]\nworkload = \"copy\"\nthreads = 1\nworking_set = \"32KiB\"\n"
      "[[memory]]\nworkload = \"copy\"\nthreads = 1\n");
  EXPECT_EQ(plan.cases.at(0).id, "memory/host-memory/copy/1-thread/32k");
  EXPECT_EQ(plan.cases.at(1).id, "memory/host-memory/copy/1-thread");
}

TEST(Plan, OnlyKeepsWhatMatchesAndRefusesNothing) {
  RunOptions options;
  options.only = "*/random-read/*";
  const Plan plan = quick_plan({file_target()}, options);
  EXPECT_EQ(plan.cases.size(), 6U);
  ASSERT_EQ(plan.targets.size(), 1U);
  EXPECT_EQ(plan.targets[0].id, "ebs-file");
  options.only = "nothing/*";
  try {
    quick_plan({file_target()}, options);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("storage/ebs-file/random-read/4k/qd1"),
              std::string::npos);
  }
}

TEST(Plan, ASpanTooSmallForTheDepthIsSaid) {
  Target target = file_target();
  target.span_bytes = 4U << 20;
  const Plan plan = quick_plan({target});
  EXPECT_NE(
      find_case(plan, "storage/ebs-file/sequential-read/1m/qd8")->skip_reason.find("larger --size"),
      std::string::npos);
  EXPECT_TRUE(find_case(plan, "storage/ebs-file/random-read/4k/qd1")->skip_reason.empty());
}

TEST(Plan, TextTellsTargetsReasonsAndTime) {
  Target refused = file_target();
  refused.id = "other-file";
  refused.chosen = false;
  refused.reason = "is not writable";
  const std::string text = describe_plan(quick_plan({file_target(), refused}));
  EXPECT_NE(text.find("chosen   ebs-file"), std::string::npos);
  EXPECT_NE(text.find("refused  other-file"), std::string::npos);
  EXPECT_NE(text.find("is not writable"), std::string::npos);
  EXPECT_NE(text.find("28 cases to run, 25 skipped"), std::string::npos) << text;
}

TEST(Plan, MemoryCasesStayWhereSetsOfDrivesHaveNone) {
  Host host;
  host.io_uring.state = IoUringState::available;
  std::vector<Target> drives(2);
  for (Target& drive : drives) {
    drive.id = "instance-store";
    drive.kind = TargetKind::block_device;
    drive.chosen = true;
    drive.span_bytes = std::uint64_t{1} << 30;
  }
  const Suite suite = parse_suite(
      "name = \"mine\"\nduration = \"1s\"\n[[storage]]\nworkload = \"random-read\"\n"
      "block_size = \"4k\"\nqueue_depth = 1\n[[memory]]\nworkload = \"read\"\nthreads = 1\n",
      "my.toml");
  const Plan plan = make_plan(host, suite, drives, {}, 1);
  EXPECT_EQ(plan.cases.size(), 3U);
  EXPECT_EQ(plan.cases.back().target, "host-memory");
}

}  // namespace
}  // namespace assay
