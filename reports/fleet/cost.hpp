#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/fleet/fleet.hpp"

namespace assay {

/// What a type costs, and for what it gives. Dollars an hour; empty where something is missing.
struct CostRow {
  const FleetType* type = nullptr;
  const Price* price = nullptr;
  std::optional<double> ebs_usd_per_hour;  // of the measured volumes of one instance
  std::vector<std::string> ebs_missing;    // prices of them that the catalog lacks
  std::vector<std::string> ebs_untold;     // what of them nobody told
  std::optional<double> per_kiops;         // 1,000 random reads a second of the instance store
  std::optional<double> per_gb_per_s;      // sequential reads of the instance store
  std::optional<double> per_tib;           // instance-store capacity as advertised
  std::optional<double> per_ebs_kiops;     // with the volumes
  std::optional<double> per_ebs_gb_per_s;
  std::optional<double> per_gpu_tb_per_s;  // memory reads of all GPUs together
};

/// Dollars an hour of `option` in `region` (any where empty) divided by medians over the runs of
/// each type: $/h per kIOPS, per GB/s, per TiB, per TB/s of GPU memory. EBS figures include the
/// volumes, by the launcher's note and the size of the measured ones, and are there where all of
/// them were measured at once; a burst has none, it does not last.
std::vector<CostRow> cost_rows(const Fleet& fleet, const std::vector<const FleetType*>& types,
                               PurchaseOption option, const std::string& region = {});

/// What the measured EBS volumes of a run cost an hour together, each as the launcher's note says
/// that it was bought; empty where there is none.
std::optional<VolumeCost> volumes_cost(const EbsPrices& prices, const RunSummary& run);

/// Type and provisioning in a launcher's words: "gp3, 16000 IOPS, 1000 MiB/s"; nothing of a note on
/// volumes of several kinds.
VolumeProvisioning provisioning_in_words(const std::string& volume_note);

}  // namespace assay
