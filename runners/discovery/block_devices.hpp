#pragma once

#include <string>
#include <vector>

#include "reports/model/host.hpp"
#include "runners/discovery/block_nodes.hpp"
#include "runners/discovery/discovery.hpp"
#include "runners/discovery/mounts.hpp"

namespace assay {

/// Instance store, EBS or other, by the NVMe model string that EC2 documents for each. A Xen disk
/// (xvd*) is `other` on EC2 too: it has no model, EBS and instance store look the same from inside,
/// and only the metadata service's block device mapping could tell them apart.
DeviceClass class_of_model(const std::string& model);

/// What tells a disk apart for good: its serial number, or for a loop device over a regular file
/// "loop:" and that file. Empty when there is neither; then no permission can name it.
std::string identity_of(const BlockDevice& device);

/// Its /dev/disk/by-id links that say the serial number themselves. A link that udev did not renew
/// would lead to another disk: the others are not believed where something is written.
std::vector<std::string> proven_links(const BlockDevice& device);

/// The name that EC2 attached an EBS volume under ("sdf", "sda1", "xvda"), without /dev/; empty for
/// other devices and where the device was not asked.
std::string attached_as(const BlockDevice& device);

/// nvme, virtio, xen, scsi, loop, device-mapper, md, other: by the kernel's name for the device.
std::string transport_of(const std::string& name);

/// Everything in /sys/block that is a disk of its own, in natural order of names, with mounts,
/// holders and swap of disks and partitions. `path` of a device-mapper device is /dev/mapper/NAME;
/// `model` of a dm device is its kind ("LVM", "CRYPT", "mpath"), of an md device its RAID level.
std::vector<BlockDevice> discover_block_devices(const SystemRoot& root,
                                                const std::vector<BlockNode>& nodes,
                                                const std::vector<Mount>& mounts);

/// What the data on a device really lies on: for a dm or md device the class of all lower devices
/// when they agree (followed down at most 8 levels), `other` when they differ or are unknown. The
/// name may be a partition's.
DeviceClass class_of_device(const std::vector<BlockDevice>& devices, const std::string& name);
DeviceClass class_of_device(const Host& host, const std::string& device_name);

}  // namespace assay
