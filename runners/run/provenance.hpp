#pragma once

#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Version, commit, compiler and flags of this program; command line and times are the caller's.
Provenance program_provenance();

/// argv as one line that a shell would split again in the same way.
std::string quoted_command_line(const std::vector<std::string>& arguments);

}  // namespace assay
