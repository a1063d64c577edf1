#include "reports/fleet/cost.hpp"

#include <algorithm>
#include <array>

#include "reports/limits/classify.hpp"

namespace assay {

namespace {

constexpr double tib = 1024.0 * 1024 * 1024 * 1024;
constexpr double gib = 1024.0 * 1024 * 1024;

std::optional<double> median_of(const FleetType& type, std::string_view id) {
  for (std::size_t i = 0; i < headlines().size(); ++i) {
    if (headlines()[i].id != id || !type.metrics[i] || type.metrics[i]->bursts > 0) continue;
    return type.metrics[i]->median;
  }
  return std::nullopt;
}

std::optional<double> per(const std::optional<double>& usd, const std::optional<double>& amount,
                          double unit) {
  if (!usd || !amount || *amount <= 0) return std::nullopt;
  return *usd / (*amount / unit);
}

/// A store that was measured on some of its disks only says nothing of the whole.
bool whole_store(const Fleet& fleet, const FleetType& type) {
  return std::all_of(type.runs.begin(), type.runs.end(), [&](std::size_t index) {
    const FleetRun& run = fleet.runs[index];
    const auto& value = run.values.front();
    return !value || type.type == nullptr || value->devices >= type.type->disks;
  });
}

void add_volumes(CostRow& row, const Fleet& fleet) {
  const auto cost = volumes_cost(fleet.catalog->ebs, fleet.runs[row.type->runs.front()].run);
  if (!cost) return;
  row.ebs_missing = cost->missing;
  row.ebs_untold = cost->untold;
  row.ebs_usd_per_hour = cost->usd_per_hour;
}

}  // namespace

std::optional<VolumeCost> volumes_cost(const EbsPrices& prices, const RunSummary& run) {
  if (run.ebs_volumes == 0) return std::nullopt;
  VolumeProvisioning each = provisioning_in_words(run.comparability.volume_note);
  each.gib = static_cast<double>(run.ebs_bytes) / gib / run.ebs_volumes;
  VolumeCost cost = volume_cost(prices, each);
  cost.usd_per_hour *= run.ebs_volumes;
  return cost;
}

VolumeProvisioning provisioning_in_words(const std::string& volume_note) {
  constexpr std::array<std::string_view, 6> types = {"gp2", "gp3", "io1", "io2", "st1", "sc1"};
  VolumeProvisioning volume;
  if (volume_note.find(';') != std::string::npos) return volume;
  for (const std::string_view type : types) {
    if (volume_note.find(type) != std::string::npos) volume.volume_type = type;
  }
  const AdvertisedLimits limits = limits_in_words(volume_note);
  volume.iops = limits.iops.value_or(0);
  volume.bytes_per_s = limits.bytes_per_s.value_or(0);
  return volume;
}

std::vector<CostRow> cost_rows(const Fleet& fleet, const std::vector<const FleetType*>& types,
                               PurchaseOption option, const std::string& region) {
  std::vector<CostRow> rows;
  for (const FleetType* type : types) {
    CostRow row;
    row.type = type;
    row.price = find_price(*fleet.catalog, type->name, option, region);
    if (row.price == nullptr) {
      rows.push_back(row);
      continue;
    }
    const std::optional<double> usd = row.price->usd_per_hour;
    add_volumes(row, fleet);
    if (whole_store(fleet, *type)) {
      row.per_kiops = per(usd, median_of(*type, "store-read"), 1e3);
      row.per_gb_per_s = per(usd, median_of(*type, "store-read-rate"), 1e9);
    }
    if (type->type != nullptr && type->type->disk_bytes_total > 0) {
      row.per_tib = per(usd, static_cast<double>(type->type->disk_bytes_total), tib);
    }
    if (row.ebs_usd_per_hour && row.ebs_missing.empty() && row.ebs_untold.empty()) {
      const std::optional<double> with_volumes = *usd + *row.ebs_usd_per_hour;
      row.per_ebs_kiops = per(with_volumes, median_of(*type, "ebs-read"), 1e3);
      row.per_ebs_gb_per_s = per(with_volumes, median_of(*type, "ebs-read-rate"), 1e9);
    }
    const double gpus = fleet.runs[type->runs.front()].run.gpus;
    if (const auto each = median_of(*type, "gpu-read")) {
      row.per_gpu_tb_per_s = per(usd, *each * gpus, 1e12);
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace assay
