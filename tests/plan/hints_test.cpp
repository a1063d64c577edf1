#include "runners/plan/hints.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

/// m6id.large: a root volume, a data volume, one disk of its own; the data volume is measured.
Result planned() {
  Result result;
  result.host.identity.sys_vendor = "Amazon EC2";
  result.host.identity.product_name = "m6id.large";
  for (const char* name : {"nvme0n1", "nvme1n1", "nvme2n1"}) {
    BlockDevice device;
    device.name = name;
    device.device_class =
        name == std::string("nvme2n1") ? DeviceClass::instance_store : DeviceClass::ebs;
    result.host.block_devices.push_back(device);
  }
  result.host.block_devices[0].mounts = {"/"};
  Target target;
  target.id = "ebs-file";
  target.device = "nvme1n1";
  target.device_class = DeviceClass::ebs;
  target.chosen = true;
  result.plan.targets = {target};
  Case item;
  item.target = target.id;
  item.storage = StorageParameters{};
  result.plan.cases = {item};
  return result;
}

Catalog catalog() {
  Catalog made;
  InstanceType type;
  type.name = "m6id.large";
  type.ebs.max_iops = 40'000;
  type.ebs.max_bytes_per_s = 1.25e9;
  made.types = {type};
  return made;
}

TEST(PlanHints, InstanceStoreThatIsLeftOutIsTold) {
  Result result = planned();
  const std::vector<std::string> hints = plan_hints(result, catalog());
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0],
            "instance store is not measured (nvme2n1): --target all --allow-write instance-store "
            "measures it beside the rest, and overwrites those disks that are blank");
  result.plan.targets[0].device = "nvme2n1";  // also one that was refused was thought of
  result.plan.targets[0].chosen = false;
  EXPECT_TRUE(plan_hints(result, catalog()).empty());
  result = planned();
  result.plan.cases[0].storage.reset();  // of memory alone
  EXPECT_TRUE(plan_hints(result, catalog()).empty());
}

TEST(PlanHints, VolumesBelowTheInstanceAreTold) {
  Result result = planned();
  result.host.block_devices.pop_back();
  result.comparability.volume_note = "gp3, 16000 IOPS, 2000 MiB/s";
  const std::vector<std::string> hints = plan_hints(result, catalog());
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(
      hints[0],
      "EBS: the volumes give 16.0 k IOPS of the instance's 40.0 k IOPS; add or enlarge volumes "
      "to measure the instance");
  EXPECT_TRUE(plan_hints(result, Catalog{}).empty());  // a type that is not known
  result.comparability.volume_note = "gp3, 64000 IOPS";
  EXPECT_TRUE(plan_hints(result, catalog()).empty());
}

}  // namespace
}  // namespace assay
