#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace assay {

enum class DeviceClass { instance_store, ebs, other };

/// Firmware's words about the machine (/sys/class/dmi/id). On Nitro `product_name` is the instance
/// type and `board_asset_tag` the instance id. Unreadable items are empty.
struct Identity {
  std::string sys_vendor;
  std::string product_name;
  std::string product_version;
  std::string bios_version;
  std::string board_asset_tag;
};

/// A tag of the instance, where its metadata options let it be read.
struct InstanceTag {
  std::string key;
  std::string value;
};

/// What EC2's metadata service says of this instance. Items that it does not have are empty.
struct Ec2Instance {
  std::string unknown;        // why nothing, or not all, is known: "not EC2", no answer, ...
  std::string instance_id;    // i-0123456789abcdef0
  std::string instance_type;  // i4i.8xlarge
  std::string availability_zone;
  std::string availability_zone_id;  // use1-az4: the same place in every account
  std::string region;
  std::string ami_id;
  std::string life_cycle;  // on-demand, spot, capacity-block, ...
  std::vector<InstanceTag> tags;
  std::optional<std::string> account_id;  // only when the user asked for it
};

struct Cpu {
  std::string model;
  std::string architecture;  // uname -m
  std::uint32_t packages = 0;
  std::uint32_t cores = 0;
  std::uint32_t threads = 0;
  std::string microcode;
  std::string governor;  // empty when there is no cpufreq
  std::vector<std::string>
      instruction_sets;  // those that kernels are dispatched on: avx2, avx512f, neon
};

/// All caches of one level and kind: `count` of them, each of `size_bytes`.
struct Cache {
  std::string name;  // L1d, L1i, L2, L3
  std::uint64_t size_bytes = 0;
  std::uint32_t line_bytes = 0;
  std::uint32_t count = 0;
  std::uint32_t threads_each = 0;
};

struct NumaNode {
  std::uint32_t index = 0;
  std::uint64_t memory_bytes = 0;
  std::string cpus;  // list format: 0-15,32-47
};

struct Memory {
  std::uint64_t total_bytes = 0;
  std::uint64_t available_bytes = 0;
  std::string transparent_huge_pages;  // always, madvise, never
  std::uint64_t huge_page_bytes = 0;
  std::uint64_t huge_pages_free = 0;
};

struct Partition {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::vector<std::string> mounts;
  std::vector<std::string> holders;  // dm, md, ... built on this partition
  bool swap = false;
  std::optional<std::uint64_t> start_bytes = std::nullopt;  // of the disk
};

/// What an NVMe device says of itself (Identify Controller and Namespace), in bytes.
struct NvmeIdentity {
  std::string unread;           // why it is not known (not root); the rest is empty then
  std::string volume_id;        // of EBS: vol-0123456789abcdef0
  std::string attachment_name;  // on EC2, as attached: /dev/sdf, ephemeral0:sdb
  std::uint64_t size_bytes = 0;
  std::uint64_t capacity_bytes = 0;
  std::uint64_t used_bytes = 0;                   // blocks that were written and not trimmed since
  std::optional<std::uint64_t> torn_write_bytes;  // on EC2: up to this, aligned, no write is torn
  std::optional<std::uint64_t> torn_write_granularity_bytes;
  std::optional<std::uint64_t> torn_write_boundary_bytes;
  std::optional<std::uint64_t> power_fail_atomic_bytes;  // NAWUPF
};

/// A whole disk (or a dm, md or loop device) as /sys/block shows it. Sizes in bytes.
struct BlockDevice {
  std::string name;  // nvme1n1
  std::string path;  // /dev/nvme1n1
  std::string model;
  std::string serial;
  std::vector<std::string> by_id;  // /dev/disk/by-id/... links to the whole disk
  std::string backing_file;        // of a loop device
  std::string firmware;
  std::string transport;  // nvme, virtio, xen, scsi, loop, device-mapper, md, other
  DeviceClass device_class = DeviceClass::other;
  std::uint64_t size_bytes = 0;
  bool rotational = false;
  bool read_only = false;
  std::uint32_t logical_block_bytes = 0;
  std::uint32_t physical_block_bytes = 0;
  std::string scheduler;
  std::uint32_t nr_requests = 0;
  std::uint32_t max_sectors_kb = 0;
  std::optional<std::uint32_t> max_hw_sectors_kb;  // what max_sectors_kb may be set to
  std::uint32_t nomerges = 0;
  std::uint32_t rq_affinity = 0;
  std::string write_cache;  // "write back", "write through"
  bool io_poll = false;
  std::optional<std::uint32_t> io_timeout_ms;
  std::optional<std::uint32_t> numa_node;  // empty when the kernel says -1 or nothing
  std::string pci_address;                 // 0000:00:1f.0, empty when not on PCI
  std::vector<std::string> mounts;         // of the whole disk
  std::vector<std::string> holders;        // built on the whole disk
  std::vector<std::string> lower_devices;  // what a dm or md device stands on
  bool swap = false;
  std::vector<Partition> partitions;
  std::optional<NvmeIdentity> nvme;  // of NVMe devices of a machine that was looked at itself
};

/// A mounted file system that is backed by storage or could be mistaken for it.
struct FileSystem {
  std::string mount_point;
  std::string type;
  std::string source;  // as mounted: /dev/nvme0n1p1
  std::string device;  // whole disk (BlockDevice::name), empty when there is none
  std::string options;
  std::uint64_t size_bytes = 0;
  std::uint64_t available_bytes = 0;  // to unprivileged users
};

struct Kernel {
  std::string release;
  std::string distribution;  // PRETTY_NAME of os-release
  std::string command_line;
};

/// Whether io_uring can be used, and if not, by whose decision; `reason` says what to do about it.
enum class IoUringState { available, not_in_kernel, not_permitted, disabled_by_sysctl };
struct IoUring {
  IoUringState state = IoUringState::not_in_kernel;
  std::string reason;
};

struct Gpu {
  std::uint32_t index = 0;
  std::string name;
  std::string uuid;
  std::string pci_address;
  std::string compute_capability;  // 9.0
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_bus_bits = 0;
  std::uint64_t memory_clock_hz = 0;  // maximum
  std::optional<std::uint32_t> numa_node;
};

/// GPUs, or in `none_reason` why there are none that can be measured. `pci_devices` are the NVIDIA
/// display controllers on the PCI bus, driver or not.
struct GpuInventory {
  std::vector<Gpu> devices;
  std::string none_reason;
  std::vector<std::string> pci_devices;
  std::string driver_version;   // highest CUDA version of the driver, e.g. 13.0
  std::string runtime_version;  // CUDA runtime that is linked in, empty when none is
};

/// What discovery found on this machine.
struct Host {
  Identity identity;
  Kernel kernel;
  Cpu cpu;
  std::vector<Cache> caches;
  std::vector<NumaNode> numa_nodes;
  Memory memory;
  std::vector<BlockDevice> block_devices;
  std::vector<FileSystem> file_systems;
  IoUring io_uring;
  GpuInventory gpu;
  std::optional<Ec2Instance> ec2;  // empty where nobody asked
};

/// The type that EC2 told, or firmware, which has it on Nitro only ("HVM domU" on Xen); empty when
/// neither tells.
std::string instance_type_of(const Host& host);

/// The device of this name, or the disk that has a partition of this name; nullptr when unknown.
const BlockDevice* find_device(const std::vector<BlockDevice>& devices, const std::string& name);

/// Names of the whole disks that data on a device lies on: itself, or what is beneath a dm or md
/// device or a partition, followed down at most 8 levels. A device that is not listed is its own.
std::set<std::string> disks_beneath(const std::vector<BlockDevice>& devices,
                                    const std::string& name);

}  // namespace assay
