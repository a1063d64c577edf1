// What --allow-write and --force-destroy let through, over disks made up and recorded machines.
#include "runners/plan/write_rules.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "reports/model/names.hpp"
#include "runners/discovery/block_devices.hpp"
#include "runners/plan/permissions.hpp"
#include "runners/plan/plan.hpp"
#include "runners/plan/targets.hpp"
#include "runners/usage_error.hpp"

namespace assay {
namespace {

/// As EC2 says that it attached an EBS volume.
void attach(BlockDevice& device, const std::string& name) {
  device.device_class = DeviceClass::ebs;
  device.nvme.emplace().attachment_name = name;
}

constexpr std::uint64_t gib = std::uint64_t{1} << 30;
const std::string link_of_store = "/dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS1";

BlockDevice disk(const std::string& name, DeviceClass device_class, const std::string& serial) {
  BlockDevice device;
  device.name = name;
  device.path = "/dev/" + name;
  device.serial = serial;
  device.transport = transport_of(name);
  device.device_class = device_class;
  device.size_bytes = 100 * gib;
  return device;
}

Host host() {
  Host host;
  host.io_uring.state = IoUringState::available;
  BlockDevice root = disk("nvme0n1", DeviceClass::ebs, "vol0aaa");
  root.partitions.push_back({"nvme0n1p1", 99 * gib, {"/"}, {}, false});
  BlockDevice store = disk("nvme1n1", DeviceClass::instance_store, "AWS1");
  store.model = "Amazon EC2 NVMe Instance Storage";
  store.by_id = {link_of_store, "/dev/disk/by-id/nvme-eui.0011"};
  BlockDevice loop = disk("loop0", DeviceClass::other, "");
  loop.backing_file = "/srv/disk.img";
  BlockDevice loop_on_disk = disk("loop1", DeviceClass::other, "");
  loop_on_disk.backing_file = "/dev/nvme1n1";
  BlockDevice mapped = disk("dm-0", DeviceClass::instance_store, "");
  mapped.lower_devices = {"nvme9n1"};
  host.block_devices = {root,
                        store,
                        disk("nvme2n1", DeviceClass::ebs, "vol0bbb"),
                        disk("nvme3n1", DeviceClass::other, "twin"),
                        disk("nvme3n2", DeviceClass::other, "twin"),
                        disk("vdb", DeviceClass::other, ""),
                        loop,
                        loop_on_disk,
                        mapped};
  return host;
}

BlockDevice& device_of(Host& host, const std::string& name) {
  for (BlockDevice& device : host.block_devices) {
    if (device.name == name) return device;
  }
  throw std::runtime_error("no " + name);
}

/// As inspect_path and inspect_for_writing see a free, blank disk.
PathFacts blank(const std::string& name) {
  PathFacts facts;
  facts.canonical = "/dev/" + name;
  facts.kind = PathKind::block_device;
  facts.device = name;
  facts.node = name;
  facts.size_bytes = 100 * gib;
  facts.direct_io = DirectIo::works;
  facts.writing = WritingFacts{};
  return facts;
}

Target resolve(const Host& host, const PathFacts& facts, const RunOptions& options) {
  const TargetRequest request{facts.canonical, facts.canonical, true, "named by --target"};
  return resolve_target(host, request, facts, {gib, gib, 0}, options);
}

RunOptions allowing(std::vector<std::string> values, std::vector<std::string> forced = {}) {
  RunOptions options;
  options.allow_write = std::move(values);
  options.force_destroy = std::move(forced);
  return options;
}

TEST(Permissions, EachWayToNameADiskNamesThatOneOnly) {
  struct Row {
    std::string value;
    std::vector<std::string> names;
  };
  const std::vector<Row> rows{
      {"instance-store", {"nvme1n1"}},
      {"ebs", {"nvme0n1", "nvme2n1"}},
      {"other", {}},
      {"AWS1", {"nvme1n1"}},
      {"aws1", {}},
      {"AWS", {}},
      {link_of_store, {"nvme1n1"}},
      {"/dev/disk/by-id/nvme-eui.0011", {}},  // does not say the serial number
      {"vol0bbb", {"nvme2n1"}},
      {"vol-0bbb", {"nvme2n1"}},
      {"ebs:vol-0bbb", {"nvme2n1"}},
      {"ebs:vol0bbb", {"nvme2n1"}},
      {"ebs:AWS1", {}},  // no EBS volume
      {"ebs:sdf", {"nvme2n1"}},
      {"ebs:/dev/sdf", {"nvme2n1"}},
      {"ebs:sdg", {}},
      {"sdf", {}},  // could be a kernel name
      {"/dev/sdf", {}},
      {"twin", {}},  // two disks have it
      {"loop:/srv/disk.img", {"loop0"}},
      {"loop:/dev/nvme1n1", {}},
      {"/dev/nvme1n1", {}},
      {"nvme1n1", {}},
      {"loop0", {}},
      {"", {}},
      {"ebs:", {}},
      {"loop:", {}},
  };
  Host machine = host();
  attach(device_of(machine, "nvme2n1"), "/dev/sdf");
  for (const Row& row : rows) {
    std::vector<std::string> named;
    for (const BlockDevice& device : machine.block_devices) {
      if (!permission_for(machine, device, {row.value}).empty()) named.push_back(device.name);
    }
    EXPECT_EQ(named, row.names) << row.value;
  }
}

std::string words_against(const RunOptions& options) {
  try {
    check_permissions(host(), options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

TEST(Permissions, WhatNamesNoDiskIsAnsweredWithWhatToType) {
  struct Row {
    std::string value;
    std::string words;
  };
  const std::vector<Row> rows{
      {"/dev/nvme1n1", "give AWS1 instead"},
      {"nvme1n1", "give AWS1 instead"},
      {"/dev/ng1n1", "give AWS1 instead"},
      {"ebs:nvme2n1", "give vol0bbb instead"},
      {"/dev/nvme0n1p1", "give vol0aaa instead"},
      {"/dev/loop0", "give loop:/srv/disk.img instead"},
      {"/dev/vdb", "no serial number"},
      {"/dev/loop1", "no serial number"},
      {"/dev/disk/by-path/pci-1", "the serial number or the /dev/disk/by-id link"},
      {"/dev/disk/by-id/nvme-eui.0011", "`assay probe` lists them"},
      {"other", "could be any disk"},
      {"twin", "several disks"},
      {"AWS2", "no disk of this host has that serial number"},
      {"loop:/nowhere", "losetup -a"},
      {"", "no disk of this host"},
  };
  for (const Row& row : rows) {
    const std::string words = words_against(allowing({row.value}));
    EXPECT_NE(words.find(row.words), std::string::npos) << row.value << ": " << words;
  }
  EXPECT_EQ(words_against(allowing({"instance-store", "ebs", "AWS1", "vol-0bbb"})), "");
}

TEST(Permissions, ForcingTakesASerialNumberThatIsAlsoAllowed) {
  EXPECT_NE(words_against(allowing({"AWS1"}, {"vol0bbb"})).find("also takes --allow-write"),
            std::string::npos);
  EXPECT_NE(words_against(allowing({"ebs"}, {"ebs"})).find("never destroyed as a whole"),
            std::string::npos);
  EXPECT_NE(words_against(allowing({"AWS1"}, {"AWS2"})).find("no disk of this host"),
            std::string::npos);
  EXPECT_EQ(words_against(allowing({"ebs"}, {"vol-0bbb"})), "");
}

TEST(Permissions, OneThatNoTargetUsesIsRefused) {
  const Host machine = host();
  const std::vector<Target> targets{resolve(machine, blank("nvme1n1"), allowing({"AWS1"}))};
  EXPECT_NO_THROW(refuse_idle_permissions(machine, allowing({"AWS1"}), targets));
  EXPECT_THROW(refuse_idle_permissions(machine, allowing({"AWS1", "ebs"}), targets), UsageError);
  EXPECT_THROW(refuse_idle_permissions(machine, allowing({"AWS1"}, {"vol0bbb"}), targets),
               UsageError);
}

TEST(Permissions, AClassThatTheHostHasNoDiskOfIsNoMistakeWhereTargetsAreClasses) {
  Host machine = host();
  const std::vector<Target> targets{resolve(machine, blank("nvme2n1"), allowing({"vol0bbb"}))};
  RunOptions options = allowing({"vol0bbb", "instance-store"});
  options.targets = {"all"};
  EXPECT_THROW(refuse_idle_permissions(machine, options, targets), UsageError);
  std::erase_if(machine.block_devices, [](const BlockDevice& device) {
    return device.device_class == DeviceClass::instance_store;
  });
  EXPECT_NO_THROW(refuse_idle_permissions(machine, options, targets));
  options.targets = {"/dev/nvme2n1"};
  EXPECT_THROW(refuse_idle_permissions(machine, options, targets), UsageError);
}

TEST(WriteRules, ABlankFreeDiskThatIsNamedIsOverwritten) {
  const Target target = resolve(host(), blank("nvme1n1"), allowing({"ebs", "instance-store"}));
  ASSERT_TRUE(target.chosen) << target.reason;
  ASSERT_TRUE(target.overwrite.has_value());
  EXPECT_EQ(target.overwrite->permission, "instance-store");
  EXPECT_EQ(target.overwrite->device_bytes, 100 * gib);
  EXPECT_TRUE(target.overwrite->destroys.empty());
  EXPECT_EQ(target.serial, "AWS1");
  EXPECT_EQ(target.span_bytes, gib);
  EXPECT_EQ(target.contents, "written by this run");
  RunOptions options = allowing({"AWS1"});
  options.size_bytes = 1000 * gib;
  EXPECT_EQ(resolve(host(), blank("nvme1n1"), options).span_bytes, 100 * gib);
}

TEST(WriteRules, WithoutAPermissionForItADiskIsOnlyRead) {
  for (const RunOptions& options : {allowing({}), allowing({"ebs"}), allowing({"vol0bbb"})}) {
    const Target target = resolve(host(), blank("nvme1n1"), options);
    EXPECT_TRUE(target.chosen) << target.reason;
    EXPECT_FALSE(target.overwrite.has_value());
    EXPECT_EQ(target.contents, "contents unknown");
  }
}

/// What may be wrong with a disk that is named, each in a host that is otherwise as above.
struct Fault {
  const char* words;
  std::function<void(BlockDevice&, PathFacts&)> apply;
  bool forcible = false;
};

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"is mounted at /data", [](BlockDevice& d, PathFacts&) { d.mounts = {"/data"}; }},
      {"nvme1n1p1 is mounted at /data",
       [](BlockDevice& d, PathFacts&) {
         d.partitions = {{"nvme1n1p1", gib, {"/data"}, {}, false}};
       }},
      {"is the root disk",
       [](BlockDevice& d, PathFacts&) {
         d.mounts = {"/mnt", "/"};
       }},
      {"is the root disk",
       [](BlockDevice& d, PathFacts&) {
         d.partitions = {{"nvme1n1p1", gib, {"/"}, {}, false}};
       }},
      {"is the root disk", [](BlockDevice& d, PathFacts&) { attach(d, "sda1"); }},
      {"is the root disk", [](BlockDevice& d, PathFacts&) { attach(d, "/dev/xvda"); }},
      {"is swap", [](BlockDevice& d, PathFacts&) { d.swap = true; }},
      {"nvme1n1p1 is swap",
       [](BlockDevice& d, PathFacts&) {
         d.partitions = {{"nvme1n1p1", gib, {}, {}, true}};
       }},
      {"part of md0", [](BlockDevice& d, PathFacts&) { d.holders = {"md0"}; }},
      {"part of dm-3",
       [](BlockDevice& d, PathFacts&) {
         d.partitions = {{"nvme1n1p1", gib, {}, {"dm-3"}, false}};
       }},
      {"no disk of its own", [](BlockDevice& d, PathFacts&) { d.transport = "md"; }},
      {"no disk of its own", [](BlockDevice& d, PathFacts&) { d.transport = "other"; }},
      {"is a partition of nvme1n1", [](BlockDevice&, PathFacts& f) { f.node = "nvme1n1p1"; }},
      {"is read-only", [](BlockDevice& d, PathFacts&) { d.read_only = true; }},
      {"has 1.00 MiB", [](BlockDevice& d, PathFacts&) { d.size_bytes = 1U << 20; }},
      {"cannot be opened exclusively (Device or resource busy)",
       [](BlockDevice&, PathFacts& f) { f.writing->exclusive_error = "Device or resource busy"; }},
      {"not looked at closely enough", [](BlockDevice&, PathFacts& f) { f.writing.reset(); }},
      {"cannot be proven blank",
       [](BlockDevice&, PathFacts& f) { f.writing->signatures.error = "Input/output error"; }},
      {"O_DIRECT", [](BlockDevice&, PathFacts& f) { f.direct_io = DirectIo::refused; }},
      {"--force-destroy AWS1",
       [](BlockDevice&, PathFacts& f) {
         f.writing->signatures.found = {{"ext4", "file system", "data", "12"}};
       },
       true},
      {"it holds partition (nvme1n1p1, 1.00 GiB)",
       [](BlockDevice& d, PathFacts&) {
         d.partitions = {{"nvme1n1p1", gib, {}, {}, false}};
       },
       true},
  };
  return all;
}

TEST(WriteRules, EachFaultIsRefusedInWordsAndForcingHelpsOnlyAgainstContents) {
  for (const Fault& fault : faults()) {
    Host machine = host();
    PathFacts facts = blank("nvme1n1");
    fault.apply(device_of(machine, "nvme1n1"), facts);
    const std::string_view its_class = name_of(device_of(machine, "nvme1n1").device_class);
    for (const std::string& permission : {std::string("AWS1"), std::string(its_class)}) {
      const Target target = resolve(machine, facts, allowing({permission}));
      EXPECT_FALSE(target.chosen) << fault.words;
      EXPECT_FALSE(target.overwrite.has_value()) << fault.words;
      EXPECT_NE(target.reason.find(fault.words), std::string::npos) << target.reason;
    }
    const Target forced = resolve(machine, facts, allowing({"AWS1"}, {"AWS1"}));
    EXPECT_EQ(forced.overwrite.has_value(), fault.forcible) << fault.words << forced.reason;
    const Target other = resolve(machine, facts, allowing({"AWS1", "vol0bbb"}, {"vol0bbb"}));
    EXPECT_FALSE(other.overwrite.has_value()) << fault.words;
  }
}

TEST(WriteRules, ADeviceBuiltOnOthersIsNeverNamed) {
  Host machine = host();
  BlockDevice& device = device_of(machine, "nvme1n1");
  device.lower_devices = {"nvme8n1"};
  const Target target = resolve(machine, blank("nvme1n1"), allowing({"AWS1", "instance-store"}));
  EXPECT_FALSE(target.overwrite.has_value());
  EXPECT_NE(refusal_to_overwrite(machine, device, blank("nvme1n1"), {}).find("no disk of its own"),
            std::string::npos);
}

TEST(WriteRules, WhatIsLostIsToldInThePlan) {
  Host machine = host();
  PathFacts facts = blank("nvme1n1");
  facts.writing->signatures.found = {{"gpt", "partition table", "", "77"}};
  device_of(machine, "nvme1n1").partitions = {{"nvme1n1p1", gib, {}, {}, false}};
  const Target target = resolve(machine, facts, allowing({"AWS1"}, {"AWS1"}));
  ASSERT_TRUE(target.overwrite.has_value()) << target.reason;
  const Suite suite = load_suite("quick");
  const Plan plan = make_plan(machine, suite, {target}, {}, 1);
  const std::string text = describe_plan(plan);
  for (const char* words :
       {"WILL BE OVERWRITTEN: the first 1.00 GiB of /dev/nvme1n1 (Amazon EC2 NVMe Instance "
        "Storage, serial AWS1, 100 GiB)",
        "allowed by --allow-write AWS1", "DESTROYS, by --force-destroy: gpt (partition table",
        "partition (nvme1n1p1, 1.00 GiB)"}) {
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  }
  for (const Case& item : plan.cases) {
    if (item.storage) {
      EXPECT_EQ(item.skip_reason, "") << item.id;
    }
  }
  const Target read = resolve(host(), blank("nvme1n1"), {});
  EXPECT_TRUE(overwrite_lines(read).empty());
}

TEST(WriteRules, ADiskIsOverwrittenOnceHoweverItIsNamed) {
  std::vector<Target> targets(2, resolve(host(), blank("nvme1n1"), allowing({"AWS1"})));
  targets[1].path = "/tmp/node";
  number_targets(targets);
  EXPECT_TRUE(targets[0].chosen);
  EXPECT_FALSE(targets[1].chosen);
}

/// Every disk of every recorded machine, with leave for all there is: only disks that nothing uses
/// are overwritten, and never the root disk.
TEST(WriteRules, OnRecordedMachinesOnlyFreeBlankDisksAreOverwritten) {
  const std::string fixtures = std::string(ASSAY_SOURCE_DIR) + "/tests/fixtures/";
  std::vector<std::string> overwritten;
  for (const std::string name :
       {"i4i", "p4d", "d3", "xen", "virtio", "dlami", "lvm", "layers", "nothing"}) {
    const Host machine = discover({fixtures + name});
    RunOptions everything = allowing({"instance-store", "ebs"});
    for (const BlockDevice& device : machine.block_devices) {
      everything.allow_write.push_back(device.serial);
      everything.allow_write.insert(everything.allow_write.end(), device.by_id.begin(),
                                    device.by_id.end());
      everything.force_destroy.push_back(device.serial);
    }
    for (const BlockDevice& device : machine.block_devices) {
      const Target target = resolve(machine, blank(device.name), everything);
      if (target.overwrite) overwritten.push_back(name + "/" + device.name);
    }
  }
  const std::vector<std::string> free_disks{
      "i4i/nvme1n1",  "i4i/nvme2n1", "p4d/nvme1n1", "p4d/nvme2n1", "p4d/nvme3n1",
      "p4d/nvme4n1",  "p4d/nvme5n1", "p4d/nvme6n1", "p4d/nvme7n1", "p4d/nvme8n1",
      "p4d/nvme10n1", "d3/nvme1n1",  "d3/nvme2n1",  "d3/nvme3n1",  "layers/nvme7n1"};
  EXPECT_EQ(overwritten, free_disks);
}

}  // namespace
}  // namespace assay
