#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/catalog/catalog.hpp"

namespace assay {

/// Types with all their prices, EBS prices and sources as one JSON document, indented: what
/// `catalog show --json` prints and the user's data is kept as.
std::string write_catalog(const Catalog& catalog);

/// The reverse; what is read is the user's (Origin::user). Throws std::runtime_error in words.
Catalog read_catalog(std::string_view text);

/// What `aws ec2 describe-instance-types` prints. `source` and `date` (of the file) are kept with
/// every type. Throws std::runtime_error in words, as the next two do.
Catalog read_describe_instance_types(std::string_view text, const std::string& source,
                                     const std::string& date);

/// What `aws pricing get-products --service-code AmazonEC2` prints: of Linux on shared tenancy
/// without further software, on demand and the standard reservation of three years all upfront.
/// The date of a price is that of the list (publicationDate). EBS volumes are read too, of one
/// region (volumeApiName=gp3 and so on).
Catalog read_get_products(std::string_view text, const std::string& source,
                          const std::string& date);

/// What `aws ec2 describe-spot-price-history` prints: of Linux, the newest price of each zone.
Catalog read_spot_price_history(std::string_view text, const std::string& source);

}  // namespace assay
