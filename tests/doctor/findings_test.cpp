#include "runners/doctor/findings.hpp"

#include <gtest/gtest.h>

#include "reports/summary.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {
namespace {

/// A machine and a device that nothing is wrong with.
Host good_host() {
  Host host;
  host.io_uring.state = IoUringState::available;
  host.cpu.governor = "performance";
  host.memory.transparent_huge_pages = "madvise";
  host.numa_nodes.resize(1);
  return host;
}

BlockDevice good_device() {
  BlockDevice device;
  device.name = "nvme1n1";
  device.path = "/dev/nvme1n1";
  device.transport = "nvme";
  device.scheduler = "none";
  device.nomerges = 2;
  device.nr_requests = 1023;
  device.max_sectors_kb = 1024;
  device.write_cache = "write through";
  device.io_poll = true;
  device.numa_node = 0;
  return device;
}

Noise quiet() { return {0, 0, 0, 1, 0.1, 3000}; }

std::string checks_of(const std::vector<Finding>& findings) {
  std::string all;
  for (const Finding& finding : findings) {
    EXPECT_FALSE(finding.what.empty());
    EXPECT_FALSE(finding.effect.empty());
    all += (all.empty() ? "" : " ") + finding.check;
  }
  return all;
}

TEST(Doctor, FindsNothingWhereNothingIsWrong) {
  EXPECT_EQ(checks_of(examine_host(good_host(), quiet())), "");
  EXPECT_EQ(checks_of(examine_device(good_device(), {})), "");
  EXPECT_EQ(checks_of(examine_contents("/dev/x", {256, 0, 100e3, 95e3})), "");
  EXPECT_NE(describe_findings({}).find("Nothing found"), std::string::npos);
}

TEST(Doctor, EachThingWrongWithTheMachineIsFound) {
  Host host = good_host();
  host.io_uring.state = IoUringState::not_permitted;
  host.io_uring.reason = "a policy forbids it";
  host.cpu.governor = "powersave";
  host.memory.transparent_huge_pages = "never";
  Noise noise = quiet();
  noise.steal_percent = 3;
  noise.foreign_cpu_percent = 40;
  EXPECT_EQ(checks_of(examine_host(host, noise)),
            "io-uring governor huge-pages steal foreign-load");
  EXPECT_EQ(checks_of(examine_host(good_host(), Noise{})), "");  // unreadable is not a finding
}

TEST(Doctor, EachSettingOfADeviceIsFoundWithTheCommandThatMendsIt) {
  const auto found = [](auto change) {
    BlockDevice device = good_device();
    change(device);
    const std::vector<Finding> findings = examine_device(device, {});
    return findings.empty() ? std::string() : findings[0].check + ": " + findings[0].command;
  };
  EXPECT_EQ(found([](BlockDevice& d) { d.scheduler = "mq-deadline"; }),
            "scheduler: echo none > /sys/block/nvme1n1/queue/scheduler");
  EXPECT_EQ(found([](BlockDevice& d) { d.io_poll = false; }),
            "poll-queues: add nvme.poll_queues=4 to the kernel's command line and reboot");
  EXPECT_EQ(found([](BlockDevice& d) { d.nomerges = 0; }),
            "nomerges: echo 2 > /sys/block/nvme1n1/queue/nomerges");
  EXPECT_EQ(found([](BlockDevice& d) { d.max_sectors_kb = 128; }),
            "max-sectors: echo 1024 > /sys/block/nvme1n1/queue/max_sectors_kb");
  EXPECT_EQ(found([](BlockDevice& d) { d.nr_requests = 64; }), "nr-requests: ")
      << "without a scheduler the kernel takes no more than the driver has";
  EXPECT_EQ(found([](BlockDevice& d) {
              d.nr_requests = 64;
              d.rotational = true;  // for which a scheduler is no finding
              d.scheduler = "mq-deadline";
            }),
            "nr-requests: echo 128 > /sys/block/nvme1n1/queue/nr_requests");
  EXPECT_EQ(found([](BlockDevice& d) { d.write_cache = "write back"; }),
            "write-cache: nvme set-feature /dev/nvme1n1 --namespace-id=0xffffffff --feature-id=6 "
            "--value=0   # turns it off");
  EXPECT_EQ(
      found([](BlockDevice& d) {
        d.max_sectors_kb = 128;
        d.max_hw_sectors_kb = 512;
      }),
      "max-sectors: echo 512 > /sys/block/nvme1n1/queue/max_sectors_kb   # the device takes no "
      "larger I/O");
  EXPECT_EQ(found([](BlockDevice& d) {
              d.max_sectors_kb = 256;
              d.max_hw_sectors_kb = 256;
            }),
            "max-sectors: block_size of at most \"256k\" in the suite   # the device takes no "
            "larger I/O");
  EXPECT_NE(found([](BlockDevice& d) {
              d.device_class = DeviceClass::ebs;
              d.io_timeout_ms = 30000;
            }).find("4294967295"),
            std::string::npos);
}

TEST(Doctor, TheBoundOfAnOpenLoopIsNoDepthThatIsAskedFor) {
  Plan plan;
  for (const Arrival arrival : {Arrival::closed, Arrival::poisson}) {
    Case item;
    item.storage = StorageParameters{Operation::read, Pattern::random, 4096, 32};
    item.storage->arrival = arrival;
    if (arrival != Arrival::closed) item.storage->queue_depth = 1024;
    plan.cases.push_back(item);
  }
  EXPECT_EQ(demands_of(plan).queue_depth_max, 32U);
}

TEST(Doctor, ADeviceWhoseCpusMayNotBeUsedIsFound) {
  Host host = good_host();
  const std::vector<std::uint32_t> near{0, 1};
  EXPECT_EQ(checks_of(examine_locality(host, good_device(), {})), "");  // one node has all
  host.numa_nodes = {{0, 1U << 30, "0-15"}, {1, 1U << 30, "16-31"}};
  EXPECT_EQ(checks_of(examine_locality(host, good_device(), near)), "");
  const std::vector<Finding> far = examine_locality(host, good_device(), {});
  ASSERT_EQ(far.size(), 1U);
  EXPECT_EQ(far[0].severity, Severity::warning);
  EXPECT_EQ(far[0].command, "taskset --cpu-list 0-15 assay run ...");
  BlockDevice untold = good_device();
  untold.numa_node.reset();
  const std::vector<Finding> unknown = examine_locality(host, untold, {});
  ASSERT_EQ(unknown.size(), 1U);
  EXPECT_EQ(unknown[0].severity, Severity::note);
}

TEST(Doctor, AFileSystemOrABlockAcrossTheDevicesBlocksIsFound) {
  BlockDevice device = good_device();
  device.physical_block_bytes = 512;
  Partition old{"nvme1n1p1", 1U << 30, {"/data"}, {}, false, 63 * 512};
  device.partitions = {old};
  const std::vector<Finding> found = examine_device(device, {});
  EXPECT_EQ(checks_of(found), "alignment");
  EXPECT_EQ(found[0].what,
            "nvme1n1p1 begins at byte 32256, no multiple of the device's block of 4k");
  device.partitions[0].mounts.clear();  // the few sectors a boot loader keeps harm nobody
  EXPECT_EQ(checks_of(examine_device(device, {})), "");
  old.start_bytes = 1U << 20;
  device.partitions = {old};
  EXPECT_EQ(checks_of(examine_device(device, {})), "");
  device.physical_block_bytes = 4096;
  EXPECT_EQ(checks_of(examine_device(device, {})), "");
  Demands small;
  small.block_size_bytes_min = 512;
  EXPECT_EQ(checks_of(examine_device(device, small)), "alignment");
}

TEST(Doctor, WhatIsFoundAgainIsToldOnce) {
  std::vector<Finding> known{{"steal", "", Severity::warning, "1 %", "e", "c"}};
  add_new_findings(known, {{"steal", "", Severity::warning, "3 %", "e", "c"},
                           {"zeros", "nvme1n1", Severity::warning, "w", "e", "c"}});
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].what, "1 %");
  EXPECT_EQ(finding_text(known[1]), "nvme1n1: w; e");
}

TEST(Doctor, ReadsOfTwoKindsAreFound) {
  ContentsProbe probe{256, 0, 90e3, 90e3};
  probe.second_modes = TwoModes{20e3, 100e3, 0.6};
  std::vector<Finding> found = examine_contents("/dev/x", probe);
  EXPECT_EQ(checks_of(found), "two-kinds");
  EXPECT_NE(found[0].what.find("60 % take 100"), std::string::npos) << found[0].what;
  // A volume of which a part is loaded shows in no median.
  probe.second_modes.reset();
  probe.first_modes = TwoModes{90e3, 9e6, 0.3};
  found = examine_contents("/dev/x", probe);
  EXPECT_EQ(checks_of(found), "first-touch");
  EXPECT_NE(found[0].what.find("30 % of the first reads"), std::string::npos) << found[0].what;
}

TEST(Doctor, ANamespaceThatIsMostlyUnwrittenIsFound) {
  BlockDevice device = good_device();
  device.nvme.emplace();
  EXPECT_EQ(checks_of(examine_device(device, {})), "");  // not read
  device.nvme->size_bytes = 1000ULL << 30;
  device.nvme->used_bytes = 950ULL << 30;
  EXPECT_EQ(checks_of(examine_device(device, {})), "");
  device.nvme->used_bytes = 20ULL << 30;
  const std::vector<Finding> found = examine_device(device, {});
  EXPECT_EQ(checks_of(found), "never-written");
  EXPECT_EQ(
      found[0].what,
      "98 % of its blocks were never written or are trimmed (NUSE 20.0 GiB of NSZE 1000 GiB)");
}

TEST(Doctor, ADiskWithSpinningPlattersMayHaveAScheduler) {
  BlockDevice device = good_device();
  device.rotational = true;
  device.scheduler = "mq-deadline";
  device.nomerges = 0;
  EXPECT_EQ(checks_of(examine_device(device, {})), "");
}

TEST(Doctor, DemandsAreThoseOfTheCasesThatRun) {
  Plan plan;
  EXPECT_EQ(demands_of(plan).queue_depth_max, 128U);
  Case item;
  item.storage = StorageParameters{};
  item.storage->block_size_bytes = 4096;
  item.storage->queue_depth = 8;
  plan.cases.push_back(item);
  item.storage->queue_depth = 1000;
  item.skip_reason = "not run";
  plan.cases.push_back(item);
  EXPECT_EQ(demands_of(plan).queue_depth_max, 8U);
  EXPECT_EQ(demands_of(plan).block_size_bytes_max, 4096U);
  BlockDevice device = good_device();
  device.max_sectors_kb = 128;
  EXPECT_EQ(checks_of(examine_device(device, demands_of(plan))), "");
}

TEST(Doctor, UnwrittenBlocksAndLazyLoadingShowInTheSample) {
  EXPECT_EQ(checks_of(examine_contents("/dev/x", {256, 20, 100e3, 95e3})), "zeros");
  EXPECT_EQ(checks_of(examine_contents("/dev/x", {256, 12, 900e3, 95e3})), "first-touch");
  EXPECT_EQ(checks_of(examine_contents("/dev/x", {256, 256, 9e6, 95e3})), "zeros first-touch");
}

TEST(Doctor, WarningsComeFirstInTheText) {
  const std::string text = describe_findings({{"a", "nvme1n1", Severity::note, "first", "e", ""},
                                              {"b", "", Severity::warning, "second", "e", "c"}});
  EXPECT_LT(text.find("second"), text.find("first"));
  EXPECT_NE(text.find("mend it  c"), std::string::npos);
}

/// Known machines: the findings of each disk are those its recorded settings deserve.
TEST(Doctor, RecordedMachinesAreJudgedByTheirSettings) {
  for (const char* name : {"i4i", "p4d", "d3", "xen", "virtio", "dlami", "lvm"}) {
    const Host host = discover({std::string(ASSAY_SOURCE_DIR) + "/tests/fixtures/" + name});
    for (const BlockDevice& device : host.block_devices) {
      for (const Finding& finding : examine_device(device, {})) {
        EXPECT_EQ(finding.target, device.name);
        if (finding.check == "scheduler") {
          EXPECT_NE(device.scheduler, "none");
        }
      }
    }
  }
}

}  // namespace
}  // namespace assay
