#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runners/identity/instance_identity.hpp"

namespace assay {

enum class Contents { unknown, assumed_written };

/// What the user asked `assay run` for, parsed but not yet compared with the Host.
struct RunOptions {
  std::string suite;                 // empty: the one of the host's class
  std::string host_class;            // instead of what discovery found; empty: not so
  std::vector<std::string> targets;  // empty: the class's, else the working directory's file system
  std::string only;                  // glob on case ids, empty: all
  std::optional<double> duration_s;  // instead of every duration of the suite
  std::optional<std::uint64_t> size_bytes;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> allow_write;    // classes and names of disks that may be overwritten
  std::vector<std::string> force_destroy;  // names of disks whose contents may be lost
  Contents contents = Contents::unknown;   // of devices and files that are only read
  AccountId account = AccountId::leave_out;
};

}  // namespace assay
