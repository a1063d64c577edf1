#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/import/fio_options.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// What a fio job does, in assay's terms. Where an option has no counterpart the workload is
/// fio's own ("fio-random-read") and the option is part of the id, so that no table takes it for
/// the ordinary one.
struct FioWorkload {
  std::string why_not;   // not empty: it has no counterpart at all, in words
  std::string workload;  // "random-read"
  std::string id;        // from the workload on: "random-read/4k/qd32"
  StorageParameters storage;
  std::vector<NamedText> method;
  std::vector<std::string> flags;
};

/// `grouped_jobs` is how many jobs fio added up into the numbers, as far as that can be told; more
/// than numjobs make a workload of fio's own, as several files do: no depth is that of one device.
FioWorkload fio_workload(const FioOptions& options, std::uint32_t grouped_jobs = 1);

}  // namespace assay
