#include "reports/fleet/advertised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr double band_low = 0.95;
constexpr double band_high = 1.15;

const HeadlineMetric& headline(std::string_view id) {
  return *std::find_if(headlines().begin(), headlines().end(),
                       [&](const HeadlineMetric& one) { return one.id == id; });
}

AgainstAdvertised row_of(const HeadlineMetric& what, const HeadlineValue& value, const char* limit,
                         double advertised) {
  AgainstAdvertised row;
  row.headline = &what;
  row.limit = limit;
  row.measured = value.value;
  row.advertised = advertised;
  row.unit = what.unit;
  row.case_id = value.case_id;
  if (value.limit && *value.limit != LimitKind::unknown) row.bound_by = limit_text(*value.limit);
  return row;
}

void add_note(AgainstAdvertised& row, const std::string& mark, const std::string& sentence) {
  row.marks += (row.marks.empty() ? "" : ", ") + mark;
  row.note += (row.note.empty() ? "" : "; ") + sentence;
}

/// What is advertised holds for all disks together; of fewer, their share of it is expected.
void add_store(std::vector<AgainstAdvertised>& rows, const RunSummary& run,
               const InstanceType& type, const char* id, const char* limit,
               const std::optional<double>& advertised) {
  const auto value = headline_value(run, headline(id));
  if (!value || !advertised || *advertised <= 0 || type.disks == 0) return;
  const double share = std::min(1.0, static_cast<double>(value->devices) / type.disks);
  AgainstAdvertised row = row_of(headline(id), *value, limit, *advertised * share);
  if (share < 1) {
    add_note(row, fmt::format("{} of {} disks", value->devices, type.disks),
             fmt::format("{} of {} disks measured at once: their share of {}", value->devices,
                         type.disks, format_value(*advertised, "1/s")));
  }
  rows.push_back(row);
}

bool has_flag(const CaseSummary& item, const char* flag) {
  return std::find(item.flags.begin(), item.flags.end(), flag) != item.flags.end();
}

bool is_labelled(const CaseSummary& item) {
  return is_burst(item) || has_flag(item, after_burst_flag);
}

/// The case's own metrics are of all its time: of a burst for half an hour and of what lasts.
void keep_what_lasts(CaseSummary& item) {
  constexpr double same_share = 0.05;
  bool is_other = false;
  for (Metric& metric : item.metrics) {
    const bool ios = metric.name == "iops";
    if (!ios && metric.name != "bandwidth") continue;
    const double lasting = ios ? item.lasting->ios_per_s : item.lasting->bytes_per_s;
    is_other = is_other || std::abs(lasting - metric.value) > same_share * metric.value;
    metric.value = lasting;
    metric.spread.reset();
  }
  item.flags.emplace_back(after_burst_flag);
  if (!is_other) return;
  std::erase_if(item.metrics, [](const Metric& metric) {
    return metric.name != "iops" && metric.name != "bandwidth";
  });
  item.sample_deviations.clear();
}

struct EbsLimit {
  const char* id;
  const char* name;
  const char* base_name;
  std::optional<double> EbsAdvertised::*base;
  std::optional<double> EbsAdvertised::*max;
  std::uint32_t block_size_bytes;
};

constexpr EbsLimit ebs_limits[] = {
    {"ebs-read", "EBS IOPS", "EBS IOPS, baseline", &EbsAdvertised::base_iops,
     &EbsAdvertised::max_iops, 16U << 10},
    {"ebs-read-rate", "EBS throughput", "EBS throughput, baseline",
     &EbsAdvertised::base_bytes_per_s, &EbsAdvertised::max_bytes_per_s, 128U << 10}};

/// What limits of I/Os and of bytes leave together of the one that the row is about, for I/Os of
/// that size. Sequential ones count as one up to 256 KiB (EBS User Guide, I/O characteristics).
AdvertisedLimits of_row(const EbsLimit& row, const AdvertisedLimits& both, std::uint32_t block) {
  constexpr double merged_bytes = 256 << 10;
  const auto least = [](const std::optional<double>& one, const std::optional<double>& other) {
    if (!one || !other) return one ? one : other;  // one that is told bounds it alone
    return std::optional<double>(std::min(*one, *other));
  };
  const auto scaled = [](std::optional<double> one, double factor) {
    if (one) *one *= factor;
    return one;
  };
  if (row.max == &EbsAdvertised::max_iops) {
    return {least(both.iops, scaled(both.bytes_per_s, 1.0 / std::max(1U, block))), {}};
  }
  return {{}, least(both.bytes_per_s, scaled(both.iops, merged_bytes))};
}

void add_ebs(std::vector<AgainstAdvertised>& rows, const RunSummary& run, const InstanceType& type,
             const EbsLimit& limit) {
  const auto value = headline_value(run, headline(limit.id));
  const std::optional<double>& base = type.ebs.*limit.base;
  const std::optional<double>& max = type.ebs.*limit.max;
  if (!value || !max || *max <= 0) return;
  const bool bursts = base && *base > 0 && *base < *max;
  const bool lasting = bursts && value->lasting;
  AgainstAdvertised row = row_of(headline(limit.id), *value, lasting ? limit.base_name : limit.name,
                                 lasting ? *base : *max);
  if (bursts && !lasting) {
    row.limit += ", maximum";
    add_note(row, "burst",
             fmt::format("burst: measured for {:.0f} s; the baseline is {}", value->elapsed_s,
                         format_value(*base, row.unit)));
  }
  if (lasting) row.note = "the rate after the first 30 minutes of the case";
  if (value->block_size_bytes != limit.block_size_bytes) {
    add_note(row, fmt::format("{} KiB", value->block_size_bytes >> 10),
             fmt::format("measured with {} KiB, advertised for {} KiB",
                         value->block_size_bytes >> 10, limit.block_size_bytes >> 10));
  }
  // In the long run an instance gives its baseline: only volumes below that are what was measured.
  const AdvertisedLimits most =
      lasting ? AdvertisedLimits{type.ebs.base_iops, type.ebs.base_bytes_per_s}
              : instance_limits(&type);
  const std::string& note = run.comparability.volume_note;
  if (value->untold_devices == 0) {
    const AdvertisedLimits sold = sold_together(note, value->devices);
    row.volumes = volume_not_instance(of_row(limit, sold, value->block_size_bytes),
                                      of_row(limit, most, value->block_size_bytes));
  }
  // Nobody told what was bought, but the device or its plateau did.
  if (note.empty() && value->limit == LimitKind::volume && value->value < row.advertised) {
    row.volumes = fmt::format(
        "Measured the volume, not the instance: {} of the instance's {}, bound by the volume "
        "limit; "
        "add or enlarge volumes to measure the instance",
        format_value(value->value, row.unit), format_value(row.advertised, row.unit));
  }
  if (!row.volumes.empty()) add_note(row, "volume", "measured the volume, not the instance");
  rows.push_back(row);
}

}  // namespace

Band band_of(double ratio) {
  if (ratio < band_low) return Band::below;
  return ratio > band_high ? Band::above : Band::within;
}

std::string band_text(Band band) {
  if (band == Band::below) return "< 95 %";
  return band == Band::within ? "95-115 %" : "> 115 %";
}

bool is_burst(const CaseSummary& item) { return has_flag(item, burst_flag); }

void label_bursts(RunSummary& run, const InstanceType* type) {
  if (type == nullptr || !ebs_bursts(*type)) return;
  bool any = false;
  for (CaseSummary& item : run.cases) {
    if (!item.storage || item.device_class != DeviceClass::ebs || item.status != CaseStatus::ok ||
        is_labelled(item)) {
      continue;
    }
    if (item.lasting) {
      keep_what_lasts(item);
      // Of an import there is a mean alone, of a long one that of mostly what lasts.
    } else if (run.measured_by == "assay" || item.elapsed_s < burst_s + lasting_s_min) {
      item.flags.emplace_back(burst_flag);
      any = true;
    }
  }
  if (any) run.flags.emplace_back(burst_flag);
}

AdvertisedLimits instance_limits(const InstanceType* type) {
  if (type == nullptr) return {};
  return {type->ebs.max_iops, type->ebs.max_bytes_per_s};
}

std::vector<AgainstAdvertised> against_advertised(const RunSummary& run, const InstanceType* type) {
  std::vector<AgainstAdvertised> rows;
  if (run.measured_by != "assay") return rows;  // on what share of the disks is not told
  if (type != nullptr) {
    add_store(rows, run, *type, "store-read", "instance-store read IOPS", type->read_iops);
    add_store(rows, run, *type, "store-write", "instance-store write IOPS", type->write_iops);
    for (const EbsLimit& limit : ebs_limits) add_ebs(rows, run, *type, limit);
  }
  const auto gpu = headline_value(run, headline("gpu-read"));
  if (gpu && run.gpu_peak_bytes_per_s > 0) {
    AgainstAdvertised row =
        row_of(headline("gpu-read"), *gpu, "GPU memory peak", run.gpu_peak_bytes_per_s);
    row.note = "the peak is 2 x memory clock x bus width / 8";
    rows.push_back(row);
  }
  return rows;
}

}  // namespace assay
