#include "runners/doctor/findings.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(checks_of(examine_device(good_host(), good_device(), {})), "");
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
  const auto found = [](auto change, const Host& host = good_host()) {
    BlockDevice device = good_device();
    change(device);
    const std::vector<Finding> findings = examine_device(host, device, {});
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
  EXPECT_EQ(found([](BlockDevice& d) { d.nr_requests = 64; }),
            "nr-requests: echo 128 > /sys/block/nvme1n1/queue/nr_requests");
  EXPECT_EQ(found([](BlockDevice& d) { d.write_cache = "write back"; }), "write-cache: ");
  EXPECT_NE(found([](BlockDevice& d) {
              d.device_class = DeviceClass::ebs;
              d.io_timeout_ms = 30000;
            }).find("4294967295"),
            std::string::npos);
  Host two_nodes = good_host();
  two_nodes.numa_nodes.resize(2);
  EXPECT_NE(found([](BlockDevice&) {}, two_nodes).find("numactl --cpunodebind=0"),
            std::string::npos);
}

TEST(Doctor, ANamespaceThatIsMostlyUnwrittenIsFound) {
  BlockDevice device = good_device();
  device.nvme.emplace();
  EXPECT_EQ(checks_of(examine_device(good_host(), device, {})), "");  // not read
  device.nvme->size_bytes = 1000ULL << 30;
  device.nvme->used_bytes = 950ULL << 30;
  EXPECT_EQ(checks_of(examine_device(good_host(), device, {})), "");
  device.nvme->used_bytes = 20ULL << 30;
  const std::vector<Finding> found = examine_device(good_host(), device, {});
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
  EXPECT_EQ(checks_of(examine_device(good_host(), device, {})), "");
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
  EXPECT_EQ(checks_of(examine_device(good_host(), device, demands_of(plan))), "");
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
      for (const Finding& finding : examine_device(host, device, {})) {
        EXPECT_EQ(finding.target, device.name);
        if (finding.check == "scheduler") {
          EXPECT_NE(device.scheduler, "none");
        }
        if (finding.check == "numa") {
          EXPECT_GT(host.numa_nodes.size(), 1U);
        }
      }
    }
  }
}

}  // namespace
}  // namespace assay
