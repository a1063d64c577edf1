#include "reports/model/result.hpp"

#include <algorithm>

namespace assay {

namespace {

template <class Item>
const Item* find_by_id(const std::vector<Item>& items, const std::string& id) {
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.id == id; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const Case* find_case(const Plan& plan, const std::string& id) {
  return find_by_id(plan.cases, id);
}

const Target* find_target(const Plan& plan, const std::string& id) {
  return find_by_id(plan.targets, id);
}

const CaseResult* find_case_result(const Result& result, const std::string& id) {
  return find_by_id(result.cases, id);
}

}  // namespace assay
