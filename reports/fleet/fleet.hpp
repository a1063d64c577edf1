#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/fleet/advertised.hpp"
#include "reports/fleet/headline.hpp"
#include "reports/fleet/read_fleet.hpp"
#include "reports/fleet/run_summary.hpp"

namespace assay {

/// One run of a fleet: who was measured, its headline values and what was advertised of them.
struct FleetRun {
  RunSummary run;                                    // without its cases
  std::vector<std::optional<HeadlineValue>> values;  // one for each of headlines()
  std::vector<AgainstAdvertised> advertised;
};

/// One headline over the runs of a type. The unit is the run; values are in the order of `runs`.
struct TypeMetric {
  std::vector<std::size_t> runs;  // indices into Fleet::runs
  std::vector<double> values;
  double median = 0;
  double min = 0;
  double max = 0;
  std::optional<double> deviation_percent;  // standard deviation / mean over runs, from two on
  std::optional<double> advertised;         // of one instance, where all runs agree on it
  std::size_t bursts = 0;                   // how many of the values are bursts
  std::size_t volume_bound = 0;             // how many the volume's limit bound, not the instance's
};

struct FleetType {
  std::string name;
  const InstanceType* type = nullptr;  // nullptr: not in the catalog
  std::vector<std::size_t> runs;
  std::vector<std::optional<TypeMetric>> metrics;  // one for each of headlines()
};

struct FleetFamily {
  std::string name;
  std::vector<FleetType> types;  // smallest first
};

/// Many runs, grouped by family and type; families by name. Owns its runs, refers to the catalog.
struct Fleet {
  std::vector<FleetRun> runs;
  std::vector<FleetFamily> families;
  std::vector<UnreadFile> unread;
  const Catalog* catalog = nullptr;
};

/// What of a run a fleet keeps; bursts are labelled here.
FleetRun fleet_run(RunSummary&& run, const Catalog& catalog);

/// Groups the runs. The catalog must outlive the fleet.
Fleet make_fleet(std::vector<FleetRun> runs, std::vector<UnreadFile> unread,
                 const Catalog& catalog);

/// The type of the fleet with the best median of a headline among those given, or nullptr. A burst
/// is no candidate where anything lasting was measured.
const FleetType* best_type(const std::vector<const FleetType*>& types, std::size_t headline);

std::vector<const FleetType*> all_types(const Fleet& fleet);

}  // namespace assay
