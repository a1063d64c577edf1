#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace assay {

constexpr std::size_t identify_page_bytes = 4096;

/// The name that EC2 attached an EBS volume under ("sdf", "sda1", "xvda"), without /dev/: byte 3072
/// of its Identify Controller page, 32 bytes padded with blanks or NUL, as amazon-ec2-utils'
/// ebsnvme-id reads it. Empty when nothing that looks like a device name is there.
std::string attached_name_of(std::span<const std::byte> identify_page);

/// The same, asked of the device (Identify through a read-only descriptor, which takes
/// CAP_SYS_ADMIN). Empty when it is no NVMe device or does not answer.
std::string read_attached_name(const std::string& device_path);

}  // namespace assay
