#include "runners/plan/execution_order.hpp"

#include <algorithm>
#include <utility>

#include "bench/measure/random.hpp"

namespace assay {

namespace {

constexpr std::uint64_t order_seed = 0x6F72646572U;

void shuffle(std::vector<std::size_t>& cases, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = cases.size(); i > 1; --i) std::swap(cases[i - 1], cases[random.below(i)]);
}

}  // namespace

Stage stage_of(const Plan& plan, const Case& item) {
  if (item.pipeline) return Stage::pipelines;  // while the targets are still open
  if (!item.storage) return Stage::other;
  if (item.precondition) return Stage::precondition;
  if (item.storage->rate_refinement) return Stage::refined;
  if (item.storage->rate_percent > 0) return Stage::rates;
  const Target* target = find_target(plan, item.target);
  const bool waits = target != nullptr && target->kind == TargetKind::slowest_of_set;
  return waits ? Stage::slowest : Stage::first;
}

std::vector<Step> execution_order(const Plan& plan) {
  // Verification fills the span anew, which undoes what preconditioning did.
  constexpr std::pair<Stage, bool> order_of_stages[] = {
      {Stage::precondition, false}, {Stage::first, false},   {Stage::slowest, false},
      {Stage::rates, false},        {Stage::refined, false}, {Stage::pipelines, false},
      {Stage::first, true},         {Stage::slowest, true},  {Stage::rates, true},
      {Stage::refined, true},       {Stage::other, false}};
  std::vector<Step> steps;
  for (const auto& [stage, verified] : order_of_stages) {
    std::vector<std::size_t> cases;
    for (std::size_t i = 0; i < plan.cases.size(); ++i) {
      const Case& item = plan.cases[i];
      const bool verifies = item.storage && item.storage->verify && !item.precondition;
      if (stage_of(plan, item) == stage && verifies == verified) cases.push_back(i);
    }
    const bool interleaved =
        stage == Stage::first || stage == Stage::slowest || stage == Stage::rates;
    const std::uint32_t rounds = interleaved ? std::max(1U, plan.rounds) : 1;
    for (std::uint32_t round = 1; round <= rounds; ++round) {
      std::vector<std::size_t> order = cases;
      if (interleaved && plan.random_order) {
        shuffle(order, plan.seed ^ order_seed ^ (std::uint64_t{round} << 32) ^
                           static_cast<std::uint64_t>(stage));
      }
      for (const std::size_t index : order) {
        const bool one_part = rounds == 1 || plan.cases[index].steady_state.has_value() ||
                              !plan.cases[index].skip_reason.empty();
        if (one_part && round > 1) continue;
        steps.push_back({index, one_part ? 0 : round});
      }
    }
  }
  return steps;
}

}  // namespace assay
