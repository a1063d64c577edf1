#include "reports/fleet/cost.hpp"

#include <algorithm>
#include <array>

#include "reports/limits/classify.hpp"

namespace assay {

namespace {

constexpr double tib = 1024.0 * 1024 * 1024 * 1024;
constexpr double gib = 1024.0 * 1024 * 1024;
constexpr std::array<std::string_view, 2> ebs_rates = {"ebs-read", "ebs-read-rate"};

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

std::size_t place_of(std::string_view id) {
  const auto place = std::find_if(headlines().begin(), headlines().end(),
                                  [&](const HeadlineMetric& one) { return one.id == id; });
  return static_cast<std::size_t>(place - headlines().begin());
}

/// The median of a store's headline; a store that was measured on some of its disks only says
/// nothing of the whole.
std::optional<double> median_of_whole_store(const Fleet& fleet, const FleetType& type,
                                            std::string_view id) {
  const std::size_t place = place_of(id);
  const bool whole = std::all_of(type.runs.begin(), type.runs.end(), [&](std::size_t index) {
    const auto& value = fleet.runs[index].values[place];
    return !value || type.type == nullptr || value->devices >= type.type->disks;
  });
  return whole ? median_of(type, id) : std::nullopt;
}

/// Whether every run's EBS rates are those of the volumes that the first run is priced with: all of
/// them at once, and none beside them.
bool is_of_priced_volumes(const Fleet& fleet, const FleetType& type) {
  const std::uint32_t priced = fleet.runs[type.runs.front()].run.ebs_volumes;
  return std::all_of(type.runs.begin(), type.runs.end(), [&](std::size_t index) {
    const FleetRun& one = fleet.runs[index];
    return std::all_of(ebs_rates.begin(), ebs_rates.end(), [&](std::string_view id) {
      const auto& value = one.values[place_of(id)];
      return !value || (one.run.ebs_volumes == priced && value->untold_devices == 0 &&
                        value->devices >= priced);
    });
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
    row.per_kiops = per(usd, median_of_whole_store(fleet, *type, "store-read"), 1e3);
    row.per_gb_per_s = per(usd, median_of_whole_store(fleet, *type, "store-read-rate"), 1e9);
    if (type->type != nullptr && type->type->disk_bytes_total > 0) {
      row.per_tib = per(usd, static_cast<double>(type->type->disk_bytes_total), tib);
    }
    const bool priced = row.ebs_usd_per_hour && row.ebs_missing.empty() && row.ebs_untold.empty();
    if (priced && is_of_priced_volumes(fleet, *type)) {
      const std::optional<double> with_volumes = *usd + *row.ebs_usd_per_hour;
      row.per_ebs_kiops = per(with_volumes, median_of(*type, ebs_rates[0]), 1e3);
      row.per_ebs_gb_per_s = per(with_volumes, median_of(*type, ebs_rates[1]), 1e9);
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
