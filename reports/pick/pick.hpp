#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/fleet/run_summary.hpp"
#include "reports/pick/need.hpp"

namespace assay {

struct PickOptions {
  PurchaseOption option = PurchaseOption::on_demand;
  std::string region;  // empty: any
  std::optional<double> budget_usd_per_hour;
};

/// What instances of a type were measured to give of one requirement.
struct Delivered {
  std::size_t instances = 0;   // measured
  std::size_t with_value = 0;  // of them, those with a case that fulfils the conditions
  std::size_t bursts = 0;      // of them, those whose only such cases are bursts
  double median = 0;
  std::optional<double> bound;  // what an instance gives at least, with 95 % confidence; empty of a
                                // capacity that neither the catalog nor a Result tells
  bool from_catalog = false;    // a capacity, which is looked up and not measured
};

/// Whether it is a capacity that neither the catalog nor a Result tells.
inline bool is_untold(const Delivered& one) { return one.instances == 0 && !one.bound; }

/// Lower end of the one-sided 95 % interval of the mean, mean - t(0.95, n - 1) s / sqrt(n); empty
/// for fewer than two values. Never below 0.
std::optional<double> lower_bound_of(const std::vector<double>& values);

/// A type that meets the need, or does not. On EBS its runs on the same volumes.
struct Candidate {
  std::string type;
  std::string
      volumes;  // "1 volume of 100 GiB: gp3, 16000 IOPS", where the type was measured on others too
  std::vector<Delivered> delivered;      // one for each requirement
  std::size_t count = 0;                 // instances that it takes; 0: no number does
  std::optional<double> usd_per_hour;    // of one instance, with its volumes where EBS is needed
  std::vector<std::string> price_notes;  // source and age, what has no price
  std::string excluded;                  // why it is none; empty for a candidate
  bool synthetic = false;

  double total_usd_per_hour() const {
    return static_cast<double>(count) * usd_per_hour.value_or(0);
  }
};

/// A type that was not measured and that the catalog promises enough of.
struct Promise {
  std::string type;
  std::size_t count = 0;
  double usd_per_hour = 0;          // of one, without volumes: which it takes is not known
  std::vector<std::string> untold;  // requirements that nothing is advertised of
};

/// A run that does not count: another tool measured it, in another way than the need means, or what
/// its disks held was assumed.
struct LeftOut {
  std::string file;
  std::string why;
};

struct Pick {
  std::vector<Requirement> requirements;
  PickOptions options;
  std::vector<Candidate> candidates;  // cheapest first
  std::vector<Candidate> excluded;    // cheapest instance first
  std::vector<Promise> promises;      // cheapest first
  std::vector<LeftOut> left_out;      // runs that no type is judged by
};

/// Ranks the measured types by what the need costs with each. Amounts are totals over the
/// instances; latencies hold on each. Runs of one machine are averaged, imported ones left out.
Pick pick(const std::vector<Requirement>& requirements, std::vector<RunSummary> runs,
          const Catalog& catalog, const PickOptions& options, const std::string& today);

/// Whether volumes belong to what is paid for.
bool needs_ebs(const std::vector<Requirement>& requirements);

/// An amount of a requirement for people: "400 k IOPS", "1.00 GB/s", "256 GiB", "32".
std::string amount_text(const Requirement& requirement, double amount);

/// The pick as text, Markdown or JSON.
std::string render_pick_text(const Pick& pick);
std::string render_pick_markdown(const Pick& pick);
std::string render_pick_json(const Pick& pick);

}  // namespace assay
