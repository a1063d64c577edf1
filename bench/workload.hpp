#pragma once

#include <span>
#include <string_view>

#include "reports/model/plan.hpp"

namespace assay {

enum class Family { storage, memory, gpu, pipeline };

/// One thing that can be measured. The storage fields apply to the storage family only; in the
/// others the name is the kernel's.
struct Workload {
  Family family;
  std::string_view name;
  std::string_view description;
  Operation operation = Operation::read;
  Pattern pattern = Pattern::random;
  std::uint32_t read_percent = 100;
  Durability durability = Durability::none;
};

/// THE list: what a suite may name, in the order in which a run goes through it.
std::span<const Workload> all_workloads();

/// The row of that family and name, or nullptr.
const Workload* find_workload(Family family, std::string_view name);

}  // namespace assay
