#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Something that libblkid knows on a device: a file system, a partition table, a member of a RAID
/// or a volume group, swap, encryption.
struct Signature {
  std::string type;  // ext4, gpt, dos, LVM2_member, linux_raid_member, swap
  std::string kind;  // file system, partition table, member of a set, encrypted volume
  std::string label;
  std::string uuid;
};

/// "ext4 (file system, label 'data', UUID 1b2c...)": the type first.
std::string describe_signature(const Signature& signature);

/// What a device holds. `error` is not empty when that could not be found out: then it must not be
/// taken for blank.
struct SignatureProbe {
  std::vector<Signature> found;
  std::string error;
};

/// Every signature of a device or file, those at its end included (md 1.0, the backup GPT), also
/// where one hides another. Read-only.
SignatureProbe probe_signatures(const std::string& path);

}  // namespace assay
