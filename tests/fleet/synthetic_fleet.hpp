#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// The types of the synthetic fleet: storage, general, EBS and GPU families in several sizes.
const std::vector<std::string>& synthetic_types();

/// A Result of the quick suite on instance number `instance` of a type that the catalog has, with
/// values drawn around what is advertised: the same for the same seed. Its identity says SYNTHETIC.
/// Planted: i7ie.large measures at 85 % of its instance store, m6id.large at 125 %; the third
/// instance of every type is 6 % slow; EBS is a gp3 volume of 16,000 IOPS and 1,000 MiB/s.
Result synthetic_instance(const InstanceType& type, std::uint32_t instance, std::uint64_t seed);

}  // namespace assay
