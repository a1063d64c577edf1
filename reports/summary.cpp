#include "reports/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "reports/case_text.hpp"
#include "reports/target_text.hpp"

namespace assay {

namespace {

constexpr double steal_percent_noted = 1.0;
constexpr double foreign_cpu_percent_noted = 25.0;
constexpr std::size_t cases_named_max = 3;
constexpr std::size_t verdict_lines_max = 3;

/// "text (3 cases: a, b, c)" for each distinct text, in order of first appearance.
class Grouped {
 public:
  void add(const std::string& text, const std::string& case_id) {
    const auto found = std::find_if(groups_.begin(), groups_.end(),
                                    [&](const auto& group) { return group.first == text; });
    if (found != groups_.end()) {
      found->second.push_back(case_id);
    } else {
      groups_.push_back({text, {case_id}});
    }
  }

  void write(std::vector<std::string>& lines, const std::string& prefix) const {
    for (const auto& [text, ids] : groups_) {
      std::string names;
      for (std::size_t i = 0; i < std::min(ids.size(), cases_named_max); ++i) {
        names += (i == 0 ? "" : ", ") + ids[i];
      }
      if (ids.size() > cases_named_max) {
        names += fmt::format(" and {} more", ids.size() - cases_named_max);
      }
      lines.push_back(fmt::format("{}{} ({})", prefix, text, names));
    }
  }

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

/// The highest reading of one kind of noise over all cases and where it was, "" below `noted`.
std::string highest_noise(const Result& result, double Noise::*kind, double noted,
                          const std::string& words) {
  double highest = result.noise.*kind;
  std::string where = "over the run";
  for (const CaseResult& measured : result.cases) {
    if (measured.noise.*kind <= highest) continue;
    highest = measured.noise.*kind;
    where = "during " + measured.id;
  }
  if (highest < noted) return {};
  return fmt::format("Noise: up to {:.1f} % of CPU time {} ({}).", highest, words, where);
}

void add_noise_warnings(const Result& result, std::vector<std::string>& lines) {
  const std::string foreign = highest_noise(
      result, &Noise::foreign_cpu_percent, foreign_cpu_percent_noted,
      "went to other processes and the kernel's threads: the machine was not idle, numbers are "
      "lower and latencies higher than it can do");
  const std::string steal = highest_noise(result, &Noise::steal_percent, steal_percent_noted,
                                          "was stolen by the hypervisor; latencies include it");
  for (const std::string& line : {foreign, steal}) {
    if (!line.empty()) lines.push_back(line);
  }
}

}  // namespace

StatusCounts status_counts(const Result& result) {
  StatusCounts counts;
  for (const CaseResult& measured : result.cases) {
    counts.ok += measured.status == CaseStatus::ok ? 1 : 0;
    counts.skipped += measured.status == CaseStatus::skipped ? 1 : 0;
    counts.failed += measured.status == CaseStatus::failed ? 1 : 0;
  }
  return counts;
}

std::string counts_text(const Result& result) {
  const StatusCounts counts = status_counts(result);
  const std::size_t total = std::max(result.cases.size(), result.plan.cases.size());
  std::string text = fmt::format("{} of {} cases ok", counts.ok, total);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  const std::size_t missing = total - result.cases.size();
  if (missing > 0) text += fmt::format(", {} not reached", missing);
  return text;
}

std::string finding_text(const Finding& finding) {
  return fmt::format("{}{}{}; {}", finding.target, finding.target.empty() ? "" : ": ", finding.what,
                     finding.effect);
}

std::string import_text(const Result& result) {
  if (!result.import) return {};
  const Import& from = *result.import;
  return fmt::format(
      "Imported: measured by {}{}{}, not by assay. Compare it with Results of {} only.", from.tool,
      from.version.empty() ? "" : " ", from.version, from.tool);
}

std::string run_text(const Result& result) {
  const std::string& started = result.provenance.started_utc;
  std::string text = started.empty() ? "start not told" : "started " + started;
  text += ", " + counts_text(result);
  if (!result.import) text += fmt::format(", {:.0f} s", run_length_s(result));
  return text + ".";
}

double run_length_s(const Result& result) {
  // Cases never overlap; the parts of one lie apart, between those of others.
  double end = 0;
  double begin = std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const CaseResult& measured : result.cases) {
    end = std::max(end, measured.start_s + measured.elapsed_s);
    begin = std::min(begin, measured.start_s);
    sum += measured.elapsed_s;
  }
  return result.cases.empty() ? 0 : std::max(end, begin + sum);
}

std::vector<std::string> warnings(const Result& result) {
  std::vector<std::string> lines;
  if (!result.partial.empty()) lines.push_back("Partial run: " + result.partial);
  Grouped failed;
  Grouped flagged;
  Grouped skipped;
  for (const CaseResult& measured : result.cases) {
    if (measured.status == CaseStatus::failed) failed.add(measured.reason, measured.id);
    if (measured.status == CaseStatus::skipped) skipped.add(measured.reason, measured.id);
    for (const std::string& flag : measured.flags) flagged.add(flag, measured.id);
    for (const ErrorCount& error : measured.errors) {
      flagged.add(fmt::format("{} I/Os ended with {}", error.count, error.error), measured.id);
    }
  }
  failed.write(lines, "Failed: ");
  flagged.write(lines, "Note: ");
  for (const Finding& finding : result.findings) {
    if (finding.severity != Severity::warning) continue;
    const char* when = finding.check == "seal" ? "" : "Before measuring: ";  // else of the doctor
    lines.push_back(when + finding_text(finding));
  }
  add_noise_warnings(result, lines);
  if (!result.comparability.comparable) {
    lines.emplace_back(
        "Not comparable with other runs: what the target held was assumed, "
        "not written by this run.");
  }
  skipped.write(lines, "Skipped: ");
  return lines;
}

std::vector<std::string> summary_lines(const Result& result) {
  std::vector<std::string> lines;
  lines.push_back(fmt::format("assay {} on {}: {}, {:.0f} s", result.plan.suite,
                              instance_text(result), counts_text(result), run_length_s(result)));
  if (result.import) {
    lines = {fmt::format("{} on {}: {}", result.import->tool, instance_text(result),
                         counts_text(result)),
             import_text(result)};
  }
  std::vector<Verdict> all = verdicts(result);
  // Sets of targets and their slowest members say more than each member does.
  std::stable_partition(all.begin(), all.end(),
                        [&](const Verdict& one) { return !in_measured_set(result, *one.target); });
  for (std::size_t i = 0; i < std::min(all.size(), verdict_lines_max); ++i) {
    lines.push_back(fmt::format("{}: {}", all[i].target->id, all[i].sentence));
  }
  const std::vector<std::string> notes = warnings(result);
  const std::size_t further = all.size() > verdict_lines_max ? all.size() - verdict_lines_max : 0;
  std::string last;
  if (further > 0)
    last =
        fmt::format("{} further target{} in the report. ", further, further == 1 ? " is" : "s are");
  if (!notes.empty()) last += notes.front();
  if (notes.size() > 1) last += fmt::format(" (and {} more notes in the report)", notes.size() - 1);
  if (!last.empty()) lines.push_back(last);
  return lines;
}

}  // namespace assay
