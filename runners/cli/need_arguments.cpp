#include "runners/cli/need_arguments.hpp"

#include <fmt/format.h>

#include <charconv>

#include "runners/usage_error.hpp"

namespace assay {

Need parse_need_arguments(const std::string& need, const std::string& budget) {
  Need parsed;
  try {
    parsed.requirements = parse_need(need);
  } catch (const NeedError& error) {
    throw UsageError(fmt::format("--need, {}", error.what()));
  }
  if (budget.empty()) return parsed;
  double dollars = 0;
  const char* const begin = budget.data();
  const auto [end, error] = std::from_chars(begin, begin + budget.size(), dollars);
  if (error != std::errc() || end != begin + budget.size() || !(dollars > 0)) {
    throw UsageError(fmt::format("--budget {}: give dollars an hour, such as 12.5", budget));
  }
  parsed.budget_usd_per_hour = dollars;
  return parsed;
}

PurchaseOption parse_option(const std::string& word) {
  if (const auto option = option_of_word(word)) return *option;
  throw UsageError(
      fmt::format("--option {}: one of on-demand, spot, reserved-3y, user-given", word));
}

}  // namespace assay
