#pragma once

#include <vector>

#include "reports/pick/pick.hpp"

namespace assay {

/// What the runs of one type deliver of a requirement. Of each run the best case that fulfils it
/// counts: a storage case of that class, workload and size within the limit of latency, all devices
/// at once where that was measured; of GPU memory the reads of all GPUs added up. A machine's
/// runs are averaged, but for those that have no case of it; a machine without any such case gives
/// 0. Bursts, labelled before, count only where the requirement accepts them. `type` is nullptr
/// where the catalog does not have it.
Delivered delivered_of(const Requirement& requirement, const std::vector<const RunSummary*>& runs,
                       const InstanceType* type);

/// What the catalog says that an instance of the type has of it; empty where nothing is advertised,
/// which for an instance store is so of I/Os above 4 KiB.
std::optional<double> advertised_of(const Requirement& requirement, const InstanceType& type);

}  // namespace assay
