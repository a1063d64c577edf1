#pragma once

#include <filesystem>
#include <string>

#include "reports/model/host.hpp"

namespace assay {

/// Where discovery reads from: "/" for this machine, or a recorded tree with sys/, proc/, etc/ and
/// optionally hwloc.xml below it. Only for "/" are system calls made (statvfs, io_uring, CUDA).
struct SystemRoot {
  std::filesystem::path path = "/";
  bool is_live() const { return path == "/"; }
};

/// Everything that can be found out without measuring. Never throws for a missing or odd item: that
/// item stays empty.
Host discover(const SystemRoot& root);

/// The Host as text for people, for `assay probe`.
std::string describe_host(const Host& host);

}  // namespace assay
