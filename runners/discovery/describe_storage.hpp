#pragma once

#include <string>

#include "reports/model/host.hpp"

namespace assay {

/// Two tables: what the block devices are and who uses them, and how they are set.
std::string describe_block_devices(const Host& host);

/// One table: where files can be put, on which class of device, with how much room.
std::string describe_file_systems(const Host& host);

}  // namespace assay
