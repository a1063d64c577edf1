#include "reports/model/metric.hpp"

#include <algorithm>

namespace assay {

Spread spread_of(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {values.front(), median, values.back(), values.size()};
}

const Metric* find_metric(const std::vector<Metric>& metrics, const std::string& name) {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [&](const Metric& metric) { return metric.name == name; });
  return found == metrics.end() ? nullptr : &*found;
}

std::optional<double> metric_value(const std::vector<Metric>& metrics, const std::string& name) {
  const Metric* metric = find_metric(metrics, name);
  return metric == nullptr ? std::nullopt : std::optional<double>(metric->value);
}

}  // namespace assay
