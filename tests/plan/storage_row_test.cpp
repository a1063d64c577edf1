#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runners/plan/execution_order.hpp"
#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

std::string suite_with(const std::string& keys, const std::string& workload = "random-read") {
  return "name = \"x\"\nduration = 1\n[[storage]]\nworkload = \"" + workload +
         "\"\nqueue_depth = 8\n" + keys + "\n";
}

std::string error_of(const std::string& keys, const std::string& workload = "random-read") {
  try {
    parse_suite(suite_with(keys, workload), "my.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

/// The Plan of a suite on one disk of 1 GiB.
Plan plan_on_one_disk(const std::string& suite, const RunOptions& options = {}) {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.cpu.threads = 8;
  Target target;
  target.id = "disk";
  target.kind = TargetKind::file_system;
  target.chosen = true;
  target.span_bytes = std::uint64_t{1} << 30;
  return make_plan(host, parse_suite(suite, "x"), {target}, options, 1);
}

TEST(StorageRow, WhatDoesNotGoTogetherIsRefusedInWords) {
  struct Row {
    std::string workload;
    std::string keys;
    std::string words;
  };
  const std::string size = "block_size = \"4k\"\n";
  const std::vector<Row> rows{
      {"random-read", size + "streams = 2", "an option of sequential workloads"},
      {"random-read", size + "zipf_theta = 1.2", "an option of zipf workloads"},
      {"zipf-read", size + "zipf_theta = 0", "above 0"},
      {"zipf-read", size + "zipf_theta = \"hot\"", "above 0"},
      {"random-read", size + "range = [\"50%\", \"10%\"]", "must end after it begins"},
      {"random-read", size + "range = \"10%\"", "such as [\"0%\", \"10%\"]"},
      {"random-read", size + "range = [\"0%\", \"110%\"]", "from 0% to 100%"},
      {"random-read", size + "range = [0, 10]", "such as \"50%\""},
      {"random-read", size + "alignment = 100", "multiple of 512"},
      {"sequential-read", size + "alignment = \"4k\"", "alignment is for random ones"},
      {"random-read", size + "block_mix = [\"4k:100%\"]", "leave one of the two out"},
      {"random-read", "block_mix = [\"4k:60%\", \"16k:30%\"]", "add up to 90%"},
      {"random-read", "block_mix = [\"4k\"]", "such as \"4k:60%\""},
      {"random-read", "block_mix = [\"4k:0%\"]", "such as \"4k:60%\""},
      {"random-read", "block_mix = [\"4k:-5%\", \"8k:105%\"]", "such as \"4k:60%\""},
      {"zipf-read", "block_mix = [\"4k:100%\"]", "uniformly random"},
      {"random-read", size + "rate = \"0%\"", "from 1% to 100%"},
      {"random-read", size + "refine = 2", "needs rates"},
      {"random-read", size + "rate = \"50%\"\nrefine = 2", "at least two shares"},
      {"random-read", size + "rate = [1000, 2000]\nrefine = 2", "at least two shares"},
      {"random-read", size + "rate = [\"10%\", \"90%\"]\nrefine = 17", "from 1 to 16"},
      {"random-read", size + "rate = \"fast\"", "such as \"50%\""},
      {"random-mixed", size, "needs a read_percent"},
      {"random-mixed", size + "read_percent = 100", "from 1 to 99"},
      {"random-mixed-70-30", size + "read_percent = 50", "an option of random-mixed"},
      {"random-read", size + "engine = \"nvme\"", "nvme-passthrough"},
      {"random-read", size + "engine = \"libaio\"", "is what other tools measure with"},
      {"random-read", size + "direct = false\niopoll = true", "only direct I/O"},
      {"random-read", size + "direct = false\nengine = \"nvme-passthrough\"", "only direct I/O"},
      {"random-read", size + "direct = \"no\"", "true or false"},
      {"random-read", size + "threads = \"many\"", "\"auto\""},
      {"random-read", size + "threads = 0", "from 1 to 256"},
      {"random-read", size + "devices = \"every\"", "each, all, slowest"},
      {"random-read", size + "verify = true\ndirect = false", "direct must be true"},
      {"random-read", size + "verify = true\nalignment = 512", "multiple"},
      {"random-read", size + "steady_round = \"1s\"", "needs steady_state"},
      {"random-read", size + "steady_state = true\nduration = \"3s\"", "leave duration out"},
      {"random-read", size + "steady_state = true\nsteady_rounds_max = 4", "from 5 to"},
      {"random-read", size + "steady_state = true\nsteady_round = 1e-10", "at least 0.1 s"},
      {"random-read", size + "steady_state = true\nconfidence = \"3%\"", "leave confidence out"},
      {"random-read", size + "steady_state = true\nminimum = \"1s\"", "leave minimum out"},
      {"random-read", size + "confidence = 5", "such as \"50%\""},
      {"random-read", size + "minimum = \"1s\"", "needs confidence"},
      {"random-read", size + "priority = 0", "from 1 to 9"},
  };
  for (const Row& row : rows) {
    const std::string error = error_of(row.keys, row.workload);
    EXPECT_NE(error.find(row.words), std::string::npos) << row.keys << "\n" << error;
    EXPECT_EQ(error.rfind("my.toml:", 0), 0U) << error;
  }
}

TEST(StorageRow, EveryKeyReachesTheCase) {
  const auto only_case = [](const std::string& keys, const std::string& workload) {
    const Plan plan = plan_on_one_disk(suite_with(keys, workload));
    EXPECT_EQ(plan.cases.size(), 1U);
    return plan.cases.at(0);
  };
  const std::string size = "block_size = \"8k\"\n";
  Case item = only_case(size + "threads = 2\nrange = [\"10%\", \"60%\"]\nalignment = \"4k\"",
                        "random-read");
  EXPECT_EQ(item.id, "storage/disk/random-read/8k/qd8/threads-2/range-10-60/align-4k");
  EXPECT_EQ(item.storage->threads, 2U);
  EXPECT_EQ(item.storage->range_begin_percent, 10);
  EXPECT_EQ(item.storage->range_end_percent, 60);
  EXPECT_EQ(item.storage->alignment_bytes, 4096U);
  item = only_case("block_mix = [\"4k:60%\", \"64k:40%\"]", "random-write");
  EXPECT_EQ(item.id, "storage/disk/random-write/4k:60+64k:40/qd8");
  EXPECT_EQ(item.storage->block_size_bytes, 65536U);
  ASSERT_EQ(item.storage->block_mix.size(), 2U);
  item = only_case(size + "zipf_theta = 0.9", "zipf-write");
  EXPECT_EQ(item.id, "storage/disk/zipf-write/8k/qd8/theta-0.9");
  item = only_case(size + "streams = 4\ndirect = false", "sequential-read");
  EXPECT_EQ(item.id, "storage/disk/sequential-read/8k/qd8/streams-4/page-cache");
  EXPECT_FALSE(item.storage->direct);
  item = only_case(size + "sqpoll = true\nverify = true\nread_percent = 70\nrate = \"50%\"",
                   "random-mixed");
  EXPECT_EQ(item.id, "storage/disk/random-mixed-70-30/8k/qd8/sqpoll/verify/constant-50%");
  EXPECT_TRUE(item.storage->sqpoll && item.storage->verify);
  EXPECT_EQ(item.storage->rate_percent, 50);
  EXPECT_EQ(item.storage->read_percent, 70U);
  item =
      only_case(size + "confidence = \"2%\"\nminimum = \"500ms\"\nrequired = false", "zipf-read");
  ASSERT_TRUE(item.confidence.has_value());
  EXPECT_EQ(item.confidence->width_percent, 2);
  EXPECT_EQ(item.confidence->minimum_s, 0.5);
  EXPECT_EQ(item.storage->zipf_theta, 1.1);
  EXPECT_FALSE(item.required);
}

TEST(StorageRow, RefinedRatesComeAfterThoseThatTheyRefine) {
  Plan plan = plan_on_one_disk(
      suite_with("block_size = \"8k\"\nrefine = 2\nrate = [\"10%\", \"90%\"]", "random-read"));
  ASSERT_EQ(plan.cases.size(), 4U);
  EXPECT_EQ(plan.cases[2].id, "storage/disk/random-read/8k/qd8/constant-refined-1");
  EXPECT_EQ(plan.cases[3].storage.value().rate_refinement, 2U);
  EXPECT_EQ(plan.cases[3].storage->rate_percent, 0);
  plan.random_order = true;
  plan.rounds = 3;
  const std::vector<Step> steps = execution_order(plan);
  ASSERT_EQ(steps.size(), 8U) << "three parts of each fixed rate, one of each refined";
  EXPECT_EQ(steps[6].case_index, 2U);
  EXPECT_EQ(steps[7].case_index, 3U);
  EXPECT_EQ(steps[7].round, 0U);
}

TEST(StorageRow, WhatVerifiesComesAfterAllThatPreconditioningIsFor) {
  const std::string row = "[[storage]]\nblock_size = \"4k\"\nqueue_depth = 8\nworkload = ";
  const Plan plan =
      plan_on_one_disk("name = \"x\"\nduration = 1\nrounds = 2\norder = \"random\"\n" + row +
                       "\"random-read\"\nverify = true\n" + row +
                       "\"random-mixed-70-30\"\nverify = true\nrate = \"50%\"\n" + row +
                       "\"random-write\"\nprecondition = true\nverify = true\n" + row +
                       "\"random-read\"\nrate = \"50%\"\n" + row + "\"random-read\"\n");
  std::vector<std::size_t> order;
  for (const Step& step : execution_order(plan)) order.push_back(step.case_index);
  EXPECT_EQ(order, (std::vector<std::size_t>{2, 4, 4, 3, 3, 0, 0, 1, 1}));
}

TEST(StorageRow, ASuiteWithoutACaseForTheTargetsIsRefusedInWords) {
  const std::string suite = suite_with("block_size = \"4k\"\ndevices = \"all\"");
  RunOptions options;
  for (const char* only : {"", "storage/*"}) {
    options.only = only;
    try {
      plan_on_one_disk(suite, options);
      ADD_FAILURE() << "a Plan of nothing";
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("at least two of one class"), std::string::npos);
    }
  }
}

TEST(StorageRow, CommandsGoToWholeDisksInWholeBlocksAndThreadsShareTheDepth) {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.block_devices.resize(1);
  BlockDevice& disk = host.block_devices[0];
  disk.name = "nvme1n1";
  disk.path = "/dev/nvme1n1";
  disk.transport = "nvme";
  disk.logical_block_bytes = 4096;
  Target target;
  target.id = "device";
  target.kind = TargetKind::block_device;
  target.device = "nvme1n1";
  target.path = "/dev/nvme1n1";
  target.contents = "assumed written";
  target.chosen = true;
  target.span_bytes = std::uint64_t{1} << 30;
  const auto reason = [&](const std::string& keys) {
    const Suite suite = parse_suite(suite_with("block_size = \"4k\"\n" + keys, "random-read"), "x");
    return make_plan(host, suite, {target}, {}, 1).cases.at(0).skip_reason;
  };
  const std::string commands = "engine = \"nvme-passthrough\"";
  EXPECT_EQ(reason(commands), "");
  EXPECT_NE(reason(commands + "\nalignment = \"512\"").find("no alignment of 512"),
            std::string::npos);
  EXPECT_NE(reason("threads = 64").find("need at least queue_depth 64"), std::string::npos);
  target.path = "/dev/nvme1n1p1";
  EXPECT_NE(reason(commands).find("name the whole disk, /dev/nvme1n1"), std::string::npos);
}

TEST(StorageRow, WhatTheTargetCannotDoIsSkippedWithTheReason) {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.block_devices.resize(1);
  host.block_devices[0].name = "nvme1n1";
  host.block_devices[0].path = "/dev/nvme1n1";
  host.block_devices[0].transport = "nvme";
  Target file;
  file.id = "file";
  file.device = "nvme1n1";
  file.chosen = true;
  file.span_bytes = std::uint64_t{1} << 30;
  Target device = file;
  device.id = "device";
  device.kind = TargetKind::block_device;
  device.path = "/dev/nvme1n1";
  device.contents = "assumed written";
  const auto reason = [&](const std::string& keys, const Target& target,
                          const std::string& workload) {
    const Suite suite = parse_suite(suite_with("block_size = \"4k\"\n" + keys, workload), "x");
    return make_plan(host, suite, {target}, {}, 1).cases.at(0).skip_reason;
  };
  EXPECT_NE(reason("engine = \"nvme-passthrough\"", file, "random-read").find("a file has no"),
            std::string::npos);
  EXPECT_EQ(reason("engine = \"nvme-passthrough\"", device, "random-read"), "");
  EXPECT_NE(reason("iopoll = true", device, "random-read").find("nvme.poll_queues"),
            std::string::npos);
  const std::string commands = "engine = \"nvme-passthrough\"\niopoll = true";
  EXPECT_NE(reason(commands, device, "random-read").find("nvme.poll_queues"), std::string::npos);
  host.block_devices[0].io_poll = true;
  for (const std::string& polled : {std::string("iopoll = true"), commands}) {
    host.block_devices[0].pci_address.clear();
    EXPECT_NE(reason(polled, device, "random-read").find("no PCIe controller"), std::string::npos);
    host.block_devices[0].pci_address = "0000:00:1f.0";
    EXPECT_EQ(reason(polled, device, "random-read"), "");
  }
  EXPECT_NE(reason("verify = true", device, "random-read").find("--allow-write"),
            std::string::npos);
  EXPECT_NE(reason("", device, "random-write").find("only read"), std::string::npos);
  file.span_bytes = std::uint64_t{1} << 40;
  EXPECT_NE(reason("verify = true", file, "random-read").find("remembers every block"),
            std::string::npos);
  file.span_bytes = 16U << 10;
  EXPECT_NE(reason("", file, "random-read").find("--size"), std::string::npos);
  file.span_bytes = 64U << 20;
  const std::string part = "range = [\"10%\", \"20%\"]\nalignment = ";
  EXPECT_EQ(reason(part + "\"16m\"", file, "random-read"),
            "an alignment of 16m leaves 0 of 1 places for I/Os in the 6.40 MiB to measure on: give "
            "a larger --size");
  EXPECT_EQ(reason(part + "\"4m\"", file, "random-read"), "");
  EXPECT_EQ(reason("range = [\"99%\", \"100%\"]\nalignment = \"16m\"", file, "random-read"), "");
  EXPECT_EQ(reason("alignment = \"16m\"", file, "random-read"), "");
  EXPECT_NE(
      reason("alignment = \"16m\"\nverify = true", file, "random-read").find("4 of 32 places"),
      std::string::npos);
  EXPECT_EQ(reason("alignment = \"1m\"\nverify = true", file, "random-read"), "");
  host.block_devices[0].transport = "virtio";
  EXPECT_NE(reason("engine = \"nvme-passthrough\"", device, "random-read").find("no NVMe device"),
            std::string::npos);
}

}  // namespace
}  // namespace assay
