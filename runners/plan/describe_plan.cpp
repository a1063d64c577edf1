#include <fmt/format.h>

#include <cmath>

#include "reports/model/names.hpp"
#include "reports/model/result.hpp"
#include "runners/plan/plan.hpp"
#include "runners/plan/write_rules.hpp"

namespace assay {

namespace {

std::string minutes(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  return fmt::format("{}:{:02d} min", whole / 60, whole % 60);
}

}  // namespace

std::string describe_plan(const Plan& plan) {
  std::string text = fmt::format(
      "Plan of suite '{}' (seed {}, cases {})\nHost of class '{}': {}\n\nTargets\n", plan.suite,
      plan.seed, plan.suite_sha256.substr(0, 12), name_of(plan.host_class), plan.class_reason);
  for (const Target& target : plan.targets) {
    text += fmt::format("  {:<8} {:<22} {}\n           {}\n", target.chosen ? "chosen" : "refused",
                        target.id, target.label, target.reason);
    for (const std::string& line : overwrite_lines(target)) text += "           " + line + "\n";
  }
  text += "\nCases\n";
  std::size_t running = 0;
  std::string last_reason;
  for (const Case& item : plan.cases) {
    if (item.skip_reason.empty()) {
      ++running;
      text += fmt::format("  {:>6.1f} s  {}\n", item.warm_up_s + item.duration_s, item.id);
      continue;
    }
    text += fmt::format("      skip  {}\n", item.id);
    if (item.skip_reason != last_reason) text += fmt::format("            {}\n", item.skip_reason);
    last_reason = item.skip_reason;
  }
  text += fmt::format("\n{} cases to run, {} skipped, about {}, filling included\n", running,
                      plan.cases.size() - running, minutes(plan.planned_s));
  return text;
}

}  // namespace assay
