#include "runners/plan/pipeline_cases.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runners/plan/execution_order.hpp"
#include "runners/plan/plan.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

const std::string pipeline_head = "name = \"mine\"\nduration = \"2s\"\n[[pipeline]]\n";

std::string pipeline_error(const std::string& rows) {
  try {
    parse_suite(pipeline_head + rows, "my.toml");
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

/// Two GPUs on two nodes and a drive that may be overwritten on each.
Host host_of_two() {
  Host host;
  host.io_uring.state = IoUringState::available;
  for (const std::uint32_t index : {0U, 1U}) {
    Gpu gpu;
    gpu.index = index;
    gpu.numa_node = 1 - index;
    host.gpu.devices.push_back(gpu);
    BlockDevice drive;
    drive.name = index == 0 ? "nvme1n1" : "nvme2n1";
    drive.numa_node = index;
    host.block_devices.push_back(drive);
  }
  return host;
}

std::vector<Target> drives_of(const Host& host, bool writable) {
  std::vector<Target> targets;
  for (const BlockDevice& device : host.block_devices) {
    Target target;
    target.id = "instance-store";
    target.kind = TargetKind::block_device;
    target.device_class = DeviceClass::instance_store;
    target.path = "/dev/" + device.name;
    target.device = device.name;
    target.chosen = true;
    target.contents = "assumed written";
    target.span_bytes = std::uint64_t{1} << 30;
    if (writable) target.overwrite = Overwrite{};
    targets.push_back(target);
  }
  return targets;
}

Plan pipeline_plan(const Host& host, const std::string& rows, bool writable = true) {
  return make_plan(host, parse_suite(pipeline_head + rows, "my.toml"), drives_of(host, writable),
                   {}, 1);
}

const std::string both =
    "workload = [\"storage-to-gpu\", \"gpu-to-storage\"]\nblock_size = \"1m\"\nbuffers = 8\n";

TEST(PipelineCases, EachDriveFeedsTheGpuOnItsNode) {
  const Plan plan = pipeline_plan(host_of_two(), both);
  ASSERT_EQ(plan.cases.size(), 4U);
  const Case* item = find_case(plan, "pipeline/instance-store-2/gpu-to-storage/1m/b8");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->skip_reason, "");
  EXPECT_EQ(item->pipeline->operation, Operation::write);
  EXPECT_EQ(item->pipeline->block_size_bytes, 1U << 20);
  EXPECT_EQ(item->pipeline->gpus, std::vector<std::uint32_t>{0});  // whose node is 1
}

TEST(PipelineCases, AllDrivesOfAClassAtOnce) {
  const Plan plan = pipeline_plan(host_of_two(), both + "devices = \"all\"\n");
  const Case* item = find_case(plan, "pipeline/instance-store-all/storage-to-gpu/1m/b8");
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(item->skip_reason, "");
  EXPECT_EQ(item->pipeline->gpus, (std::vector<std::uint32_t>{1, 0}));
}

TEST(PipelineCases, DrivesOfOneNodeGoToItsGpusInTurn) {
  Host host = host_of_two();
  host.gpu.devices[0].numa_node = host.gpu.devices[1].numa_node = 0;
  std::vector<Target> targets(4);
  for (std::size_t i = 0; i < 3; ++i) targets[i].numa_node = 0;
  targets[3].numa_node = 5;  // no GPU there
  std::vector<const Target*> drives;
  for (const Target& target : targets) drives.push_back(&target);
  EXPECT_EQ(near_gpus(host, drives), (std::vector<std::uint32_t>{0, 1, 0, 0}));
  host.gpu.devices.clear();
  EXPECT_TRUE(near_gpus(host, drives).empty());
}

TEST(PipelineCases, NothingIsWrittenWithoutLeave) {
  const Plan plan = pipeline_plan(host_of_two(), both, false);
  const Case* reads = find_case(plan, "pipeline/instance-store/storage-to-gpu/1m/b8");
  const Case* writes = find_case(plan, "pipeline/instance-store/gpu-to-storage/1m/b8");
  ASSERT_NE(reads, nullptr);
  ASSERT_NE(writes, nullptr);
  EXPECT_EQ(reads->skip_reason, "");
  EXPECT_EQ(writes->skip_reason,
            "a device that --allow-write does not name, or an existing file, is only read");
}

TEST(PipelineCases, WithoutAGpuTheReasonIsTheInventorys) {
  Host host = host_of_two();
  host.gpu.devices.clear();
  host.gpu.none_reason = "no NVIDIA driver";
  const Plan plan = pipeline_plan(host, both);
  ASSERT_EQ(plan.cases.size(), 4U);
  for (const Case& item : plan.cases) {
    EXPECT_EQ(item.skip_reason, "no NVIDIA driver");
    EXPECT_FALSE(item.required);
  }
}

TEST(PipelineCases, GoWhileTheDrivesAreOpen) {
  const Plan plan = pipeline_plan(
      host_of_two(), both + "[[gpu]]\nworkload = \"copy\"\n" +
                         "[[storage]]\nworkload = \"random-read\"\nblock_size = \"4k\"\n" +
                         "queue_depth = 1\n");
  std::string order;
  for (const Step& step : execution_order(plan)) {
    const Case& item = plan.cases[step.case_index];
    order += item.storage ? 's' : item.pipeline ? 'p' : 'g';
  }
  EXPECT_EQ(order, "ssppppgg");
}

TEST(PipelineCases, EachPathIsACaseThatSaysSo) {
  Host host = host_of_two();
  host.io_uring.state = IoUringState::not_in_kernel;
  host.io_uring.reason = "no io_uring";
  const Plan plan = pipeline_plan(host, both + "path = [\"bounce\", \"cufile\"]\n");
  ASSERT_EQ(plan.cases.size(), 8U);
  const Case* bounce = find_case(plan, "pipeline/instance-store/storage-to-gpu/1m/b8");
  const Case* cufile = find_case(plan, "pipeline/instance-store/storage-to-gpu/1m/b8/cufile");
  ASSERT_NE(bounce, nullptr);
  ASSERT_NE(cufile, nullptr);
  EXPECT_FALSE(is_cufile(*bounce->pipeline));
  EXPECT_TRUE(is_cufile(*cufile->pipeline));
  EXPECT_TRUE(bounce->skip_reason.starts_with("no io_uring"));
  EXPECT_EQ(cufile->skip_reason, "");  // which needs none
}

TEST(PipelineCases, APathOtherThanTheFirstIsPartOfTheSuitesHash) {
  const auto hash = [](const std::string& rows) {
    return suite_sha256(parse_suite(pipeline_head + rows, "my.toml"));
  };
  EXPECT_EQ(hash(both), hash(both + "path = \"bounce\"\n")) << "the same cases";
  EXPECT_NE(hash(both), hash(both + "path = \"cufile\"\n"));
  EXPECT_EQ(hash(both + "path = \"cufile\"\n"), hash(both + "path = [\"cufile\"]\n"));
}

/// Eight GPUs and that many drives, each of which is measured by the suite.
Plan gpu_suite_plan(const Suite& suite, std::uint32_t drives) {
  Host host;
  host.io_uring.state = IoUringState::available;
  for (std::uint32_t i = 0; i < std::max(8U, drives); ++i) {
    Gpu gpu;
    gpu.index = i;
    if (i < 8) host.gpu.devices.push_back(gpu);
    BlockDevice drive;
    drive.name = fmt::format("nvme{}n1", i + 1);
    if (i < drives) host.block_devices.push_back(drive);
  }
  return make_plan(host, suite, drives_of(host, true), {}, 1);
}

TEST(PipelineCases, CuFileTakesNoTimeFromWhatEveryGpuHas) {
  const Suite suite = load_suite("gpu");
  Suite without = suite;
  std::erase_if(without.rows, [](const SuiteRow& row) {
    return row.pipeline.paths == std::vector{PipelinePath::cufile};
  });
  ASSERT_EQ(without.rows.size() + 2, suite.rows.size());
  const auto is_cufile_case = [](const Case& item) {
    return item.pipeline && is_cufile(*item.pipeline);
  };
  for (const std::uint32_t drives : {2U, 8U, 12U, 24U}) {
    const Plan plan = gpu_suite_plan(suite, drives);
    EXPECT_LE(plan.planned_s, 20 * 60);
    const Plan others = gpu_suite_plan(without, drives);
    for (const Case& item : others.cases) {
      const Case* same = find_case(plan, item.id);
      ASSERT_NE(same, nullptr) << item.id;
      EXPECT_EQ(same->skip_reason, item.skip_reason) << item.id;
    }
    std::size_t planned = 0;
    for (const Case& item : plan.cases) {
      if (!is_cufile_case(item)) continue;
      EXPECT_FALSE(item.required);
      if (item.skip_reason.empty()) ++planned;
    }
    EXPECT_EQ(plan.cases.size() - others.cases.size(), 2 * (drives + 1));
    if (drives <= 8) {
      EXPECT_EQ(planned, 2 * (drives + 1));
    }
    fmt::print("{} drives: {} cases by cuFile of {:.1f} minutes planned\n", drives, planned,
               plan.planned_s / 60);
  }
}

TEST(PipelineRow, TellsWhatIsWrongAndWhere) {
  const std::string work = "workload = \"storage-to-gpu\"\n";
  EXPECT_EQ(pipeline_error(work + "block_size = \"1m\"\n"), "my.toml:3:1: 'buffers' is missing");
  EXPECT_NE(pipeline_error(work + "block_size = \"5k\"\nbuffers = 1\n").find("multiple of 4k"),
            std::string::npos);
  EXPECT_NE(pipeline_error(work + "block_size = \"1m\"\nbuffers = 0\n").find("my.toml:6"),
            std::string::npos);
  EXPECT_NE(pipeline_error(both + "devices = \"slowest\"\n").find("\"each\" or \"all\""),
            std::string::npos);
  EXPECT_NE(pipeline_error("workload = \"storage-to-gpus\"\n").find("storage-to-gpu"),
            std::string::npos);
  EXPECT_NE(pipeline_error(both + "path = \"gds\"\n").find("my.toml:7"), std::string::npos);
  EXPECT_NE(pipeline_error(both + "path = \"cufil\"\n").find("'cufile'"), std::string::npos);
  EXPECT_NE(pipeline_error(both + "queue_depth = 4\n").find("queue_depth"), std::string::npos);
}

}  // namespace
}  // namespace assay
