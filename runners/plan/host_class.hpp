#pragma once

#include <string>
#include <string_view>

#include "reports/catalog/catalog.hpp"
#include "reports/model/result.hpp"

namespace assay {

struct ClassChoice {
  HostClass host_class = HostClass::general;
  std::string reason;  // in words, with the numbers
};

/// What this host is bought for. By its instance type where the catalog has it, else by what
/// discovery found. In this order: it has GPUs; it is sold as HPC (its name begins with "hpc"), or
/// has 64 cores or more without hyper-threads on x86; at least 150 GB of instance store a vCPU; at
/// least 13 GiB of memory a vCPU and 128 GiB of it; else general.
ClassChoice classify_host(const Host& host, const Catalog& catalog);

/// The suite that a class gets, and the value of --target, empty for the usual one.
struct ClassDefaults {
  std::string_view suite;
  std::string_view target;
};
ClassDefaults defaults_of(HostClass host_class);

/// The class of that name. Throws UsageError naming `option` and the classes.
HostClass parse_host_class(const std::string& option, const std::string& name);

}  // namespace assay
