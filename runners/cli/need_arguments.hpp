#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/catalog/price.hpp"
#include "reports/pick/need.hpp"

namespace assay {

constexpr const char* need_help =
    "requirements with ';' between them: 'instance-store random-read/4k iops >= 400k "
    "at p99 <= 1 ms; ebs seq-read GB/s >= 1 burst ok; gpu-memory GB/s >= 2000; "
    "memory GiB >= 256; vcpus >= 32'";

/// What is asked for and what all of it may cost, in dollars an hour.
struct Need {
  std::vector<Requirement> requirements;
  std::optional<double> budget_usd_per_hour;
};

/// The values of --need, of --budget (empty: none) and of --option. Each throws UsageError that
/// names the option and says what to type instead.
Need parse_need_arguments(const std::string& need, const std::string& budget);
PurchaseOption parse_option(const std::string& word);

}  // namespace assay
