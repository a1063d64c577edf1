#pragma once

#include <string_view>

/// How this program was built; written at build time (build_info.cpp.in).
namespace assay::build_info {

extern const std::string_view version;
extern const std::string_view git_commit;  // ends in "-dirty" with uncommitted changes
extern const std::string_view compiler;
extern const std::string_view compiler_flags;

}  // namespace assay::build_info
