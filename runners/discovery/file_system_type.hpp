#pragma once

#include <string>

namespace assay {

/// Name of the file system with this statfs magic (linux/magic.h); empty when it is none of those
/// that discovery lists. ext2 and ext3 have ext4's magic, and today ext4's driver.
std::string type_of_magic(long magic);

/// The type of the file system that a path lies on by statfs, for when no mount tells: in a chroot
/// the mount that holds it is not in mountinfo. Empty when unknown.
std::string type_of_path(const std::string& path);

}  // namespace assay
