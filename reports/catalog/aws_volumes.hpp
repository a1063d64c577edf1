#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "reports/catalog/ebs_price.hpp"

namespace assay {

/// Lays one product of the price list over `prices` where it is a part of a volume's price: a
/// month of a GiB, of an IOPS, of throughput. Parts come in any order. Throws std::runtime_error in
/// words on a unit or a form that is not known, and on a second region: `region_of_all` is that of
/// the products so far, empty before the first.
void add_volume_product(EbsPrices& prices, std::string& region_of_all, const nlohmann::json& entry,
                        const std::string& source, const std::string& date);

/// Throws std::runtime_error in words where a lower tier of IOPS is missing: a higher one's price
/// would stand for it.
void check_volume_tiers(const EbsPrices& prices);

}  // namespace assay
