#include "reports/pick/pick.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "reports/fleet/advertised.hpp"
#include "reports/fleet/cost.hpp"
#include "reports/model/units.hpp"
#include "reports/pick/delivered.hpp"

namespace assay {

namespace {

constexpr double count_max = 1000;
constexpr std::size_t promises_max = 10;

/// Instances that it takes to reach the amount; 0 where more than count_max would be needed.
std::size_t count_for(double amount, double each) {
  if (!(each > 0)) return 0;
  const double count = std::ceil(amount / each * (1 - 1e-12));
  return count > count_max ? 0 : static_cast<std::size_t>(std::max(1.0, count));
}

/// Why no number of instances up to count_max gives the amount; empty where one does.
std::string too_many(const Requirement& requirement, double each, const char* certainty) {
  if (count_for(requirement.amount, each) > 0) return {};
  return fmt::format("'{}': {}{} from each: more than {:.0f} instances would be needed",
                     requirement.text, amount_text(requirement, each), certainty, count_max);
}

/// Why a type cannot meet a requirement with any number of instances; empty where it can.
std::string exclusion(const Requirement& requirement, const Delivered& delivered) {
  if (is_untold(delivered)) {
    return fmt::format("'{}': neither the catalog nor the Result tells it", requirement.text);
  }
  if (delivered.instances == 0) {  // a capacity
    return delivered.median > 0 ? too_many(requirement, delivered.median, "")
                                : fmt::format("'{}': it has none", requirement.text);
  }
  if (delivered.with_value == 0 && delivered.bursts > 0) {
    return fmt::format(
        "'{}': only a burst: measured on EBS for less than 31 minutes at a stretch on a type whose "
        "baseline is below its maximum; measure longer (--suite sustained), or write 'burst ok'",
        requirement.text);
  }
  if (delivered.with_value == 0) {
    return fmt::format("'{}': no measured case fulfils it", requirement.text);
  }
  if (!delivered.bound) {
    return fmt::format(
        "'{}': n = 1, so there is no confidence bound; measured {}; measure more "
        "instances",
        requirement.text, amount_text(requirement, delivered.median));
  }
  if (delivered.with_value < delivered.instances) {
    return fmt::format("'{}': {} of {} instances have no case that fulfils it", requirement.text,
                       delivered.instances - delivered.with_value, delivered.instances);
  }
  return too_many(requirement, *delivered.bound, " for certain");
}

/// The instance's price and, where EBS is needed, that of the volumes it was measured with.
void set_price(Candidate& candidate, const std::vector<const RunSummary*>& runs,
               const Catalog& catalog, const Pick& pick, const std::string& today) {
  const Price* price =
      find_price(catalog, candidate.type, pick.options.option, pick.options.region);
  if (price == nullptr) return;
  candidate.usd_per_hour = price->usd_per_hour;
  candidate.price_notes.push_back(price_text(*price, today));
  if (!needs_ebs(pick.requirements)) return;
  const RunSummary& run = *runs.front();
  const auto cost = volumes_cost(catalog.ebs, run);
  if (!cost) return;
  *candidate.usd_per_hour += cost->usd_per_hour;
  if (cost->usd_per_hour > 0) {
    candidate.price_notes.push_back(fmt::format(
        "with {} volume{}, {:.4f} $/h: {} ({})", run.ebs_volumes, run.ebs_volumes == 1 ? "" : "s",
        cost->usd_per_hour, run.comparability.volume_note, cost->source));
  }
  for (const auto& left_out : {cost->missing, cost->untold}) {
    for (const std::string& words : left_out) {
      candidate.price_notes.push_back("not in the price: " + words);
    }
  }
}

Candidate candidate_of(const std::string& type_name, const std::vector<const RunSummary*>& runs,
                       const Catalog& catalog, const Pick& pick, const std::string& today) {
  Candidate candidate;
  candidate.type = type_name;
  candidate.synthetic =
      std::any_of(runs.begin(), runs.end(), [](const RunSummary* run) { return run->synthetic; });
  set_price(candidate, runs, catalog, pick, today);
  const InstanceType* type = find_type(catalog, type_name);
  for (const Requirement& requirement : pick.requirements) {
    const Delivered delivered = delivered_of(requirement, runs, type);
    candidate.delivered.push_back(delivered);
    const std::string why = exclusion(requirement, delivered);
    if (!why.empty() && candidate.excluded.empty()) candidate.excluded = why;
    if (why.empty()) {
      candidate.count =
          std::max(candidate.count, count_for(requirement.amount, delivered.bound.value_or(0)));
    }
  }
  if (!candidate.excluded.empty()) {
    candidate.count = 0;
  } else if (!candidate.usd_per_hour) {
    candidate.excluded = fmt::format("no {} price of it is known: `assay catalog update --prices`",
                                     option_word(pick.options.option));
  } else if (pick.options.budget_usd_per_hour &&
             candidate.total_usd_per_hour() > *pick.options.budget_usd_per_hour) {
    candidate.excluded = fmt::format("--budget: {} of it cost {:.2f} $/h", candidate.count,
                                     candidate.total_usd_per_hour());
  }
  return candidate;
}

/// Why a run says nothing of what its type delivers; empty where it does.
std::string why_left_out(const RunSummary& run) {
  if (run.measured_by != "assay") {
    return fmt::format("imported: measured by {}, not by assay", run.measured_by);
  }
  if (run.comparability.comparable) return {};
  return "what its disks held was assumed, and reads of blocks that were never written are fast: "
         "measure without --assume-written";
}

/// Type and, on EBS, the volumes: their rates and prices are not to be averaged.
using MeasuredRuns = std::map<std::pair<std::string, std::string>, std::vector<const RunSummary*>>;

std::string volumes_text(const RunSummary& run) {
  const std::string& note = run.comparability.volume_note;
  if (run.ebs_volumes == 0) return "no volume";
  const double bytes_each = static_cast<double>(run.ebs_bytes) / run.ebs_volumes;
  return fmt::format("{} volume{} of {}: {}", run.ebs_volumes, run.ebs_volumes == 1 ? "" : "s",
                     format_bytes(bytes_each), note.empty() ? "not told" : note);
}

std::size_t count_of(const MeasuredRuns& measured, const std::string& type) {
  return static_cast<std::size_t>(std::count_if(
      measured.begin(), measured.end(), [&](const auto& one) { return one.first.first == type; }));
}

void add_promises(Pick& pick, const Catalog& catalog, const MeasuredRuns& measured) {
  for (const InstanceType& type : catalog.types) {
    const Price* price = find_price(catalog, type.name, pick.options.option, pick.options.region);
    if (count_of(measured, type.name) > 0 || price == nullptr || !type.current_generation) continue;
    Promise promise{type.name, 1, price->usd_per_hour, {}};
    bool enough = true;
    for (const Requirement& requirement : pick.requirements) {
      const std::optional<double> advertised = advertised_of(requirement, type);
      if (!advertised) {
        promise.untold.push_back(requirement.text);
        continue;
      }
      const std::size_t count = count_for(requirement.amount, *advertised);
      enough = enough && count > 0;
      promise.count = std::max(promise.count, count);
    }
    const double total = static_cast<double>(promise.count) * promise.usd_per_hour;
    const bool affordable =
        !pick.options.budget_usd_per_hour || total <= *pick.options.budget_usd_per_hour;
    if (enough && affordable && promise.untold.size() < pick.requirements.size()) {
      pick.promises.push_back(std::move(promise));
    }
  }
  std::stable_sort(pick.promises.begin(), pick.promises.end(),
                   [](const Promise& one, const Promise& other) {
                     return static_cast<double>(one.count) * one.usd_per_hour <
                            static_cast<double>(other.count) * other.usd_per_hour;
                   });
  if (pick.promises.size() > promises_max) pick.promises.resize(promises_max);
}

}  // namespace

bool needs_ebs(const std::vector<Requirement>& requirements) {
  return std::any_of(requirements.begin(), requirements.end(),
                     [](const Requirement& one) { return one.subject == NeedSubject::ebs; });
}

std::string amount_text(const Requirement& requirement, double amount) {
  switch (requirement.quantity) {
    case NeedQuantity::iops:
      return format_value(amount, "1/s");
    case NeedQuantity::bytes_per_s:
      return format_byte_rate(amount);
    case NeedQuantity::bytes:
      return format_bytes(amount);
    case NeedQuantity::count:
      break;
  }
  return fmt::format("{:.0f}", amount);
}

Pick pick(const std::vector<Requirement>& requirements, std::vector<RunSummary> runs,
          const Catalog& catalog, const PickOptions& options, const std::string& today) {
  Pick result{requirements, options, {}, {}, {}, {}};
  const bool on_ebs = needs_ebs(requirements);
  MeasuredRuns measured;
  for (RunSummary& run : runs) {
    if (std::string why = why_left_out(run); !why.empty()) {
      result.left_out.push_back({run.file, std::move(why)});
      continue;
    }
    label_bursts(run, find_type(catalog, run.instance_type));
    measured[{run.instance_type, on_ebs ? volumes_text(run) : ""}].push_back(&run);
  }
  for (const auto& [key, of_type] : measured) {
    const auto& [type, volumes] = key;
    Candidate candidate = candidate_of(type, of_type, catalog, result, today);
    if (count_of(measured, type) > 1) candidate.volumes = volumes;
    auto& list = candidate.excluded.empty() ? result.candidates : result.excluded;
    list.push_back(std::move(candidate));
  }
  std::stable_sort(result.candidates.begin(), result.candidates.end(),
                   [](const Candidate& one, const Candidate& other) {
                     return one.total_usd_per_hour() < other.total_usd_per_hour();
                   });
  const auto price = [](const Candidate& one) {
    return one.usd_per_hour.value_or(std::numeric_limits<double>::infinity());
  };
  std::stable_sort(
      result.excluded.begin(), result.excluded.end(),
      [&](const Candidate& one, const Candidate& other) { return price(one) < price(other); });
  add_promises(result, catalog, measured);
  return result;
}

}  // namespace assay
