#include "runners/run/undone_cases.hpp"

#include <algorithm>

namespace assay {

void drop_undone(const Plan& plan, const std::string& filled_target,
                 std::vector<CaseResult>& results) {
  std::erase_if(results, [&](const CaseResult& result) {
    const Case* item = find_case(plan, result.id);
    if (item == nullptr || !item->precondition || !item->skip_reason.empty()) return false;
    if (item->target == filled_target) return true;
    const Target* target = find_target(plan, item->target);
    return target != nullptr && std::find(target->members.begin(), target->members.end(),
                                          filled_target) != target->members.end();
  });
}

}  // namespace assay
