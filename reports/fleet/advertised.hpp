#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/fleet/headline.hpp"
#include "reports/fleet/run_summary.hpp"
#include "reports/limits/classify.hpp"

namespace assay {

/// Measured against advertised: below 95 %, 95 to 115 %, above 115 %. Published values of small
/// types often measure at 109 to 111 %.
enum class Band { below, within, above };
Band band_of(double ratio);
/// "< 95 %", "95-115 %", "> 115 %"
std::string band_text(Band band);

/// A case's flag, and the whole run's: not measured on EBS for longer than the burst of a type that
/// is sold with a baseline below its maximum. What it shows does not last.
constexpr const char* burst_flag = "burst";
/// A case's flag: its rates are those after the burst; it has latencies only where those of the
/// burst are no others.
constexpr const char* after_burst_flag = "after the burst of 30 minutes";
bool is_burst(const CaseSummary& item);
/// Sets these flags, and the rates that last.
void label_bursts(RunSummary& run, const InstanceType* type);

/// One advertised limit and what was measured of it.
struct AgainstAdvertised {
  const HeadlineMetric* headline = nullptr;
  std::string
      limit;  // "instance-store read IOPS, all disks", "EBS IOPS, baseline", "EBS IOPS, maximum"
  double measured = 0;
  double advertised = 0;
  std::string unit;
  std::string bound_by;  // "device", "volume limit", ...; empty when not known
  std::string case_id;
  std::string note;     // what a reader must know to read the ratio right
  std::string volumes;  // volume_not_instance with its numbers, of EBS
  std::string marks;    // the same in a word or two each: "burst, 4 KiB, volume"

  double ratio() const { return measured / advertised; }
};

/// Everything that is advertised of this type and was measured by this run, bursts labelled before.
/// `type` is nullptr where the catalog has none of that name: then only the GPU's memory remains,
/// whose peak its own clock and width give.
std::vector<AgainstAdvertised> against_advertised(const RunSummary& run, const InstanceType* type);

/// The most that an instance of this type is sold with for EBS; empty without a type.
AdvertisedLimits instance_limits(const InstanceType* type);

}  // namespace assay
