#include "runners/plan/primary_metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace assay {

namespace {

/// Metrics that say what a buyer gets, of which one can be better than another.
const std::vector<std::string_view>& decisive_metrics() {
  static const std::vector<std::string_view> all = {
      "iops",        "bandwidth",     "latency/mean",   "latency/p50",     "latency/p90",
      "latency/p99", "latency/p99.9", "latency/p99.99", "latency/p99.999", "latency/load"};
  return all;
}

PrimaryMetric primary_of(const SuiteReader& reader, const toml::node& node) {
  const std::string text = reader.text_of(node);
  const std::size_t space = text.find(' ');
  if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
    reader.fail(node, fmt::format("'{}': write a glob on case ids, one space and a metric, such as "
                                  "\"storage/*/random-read/4k/qd32 iops\"",
                                  text));
  }
  PrimaryMetric primary{text.substr(0, space), text.substr(space + 1)};
  const std::string family = primary.cases.substr(0, primary.cases.find('/'));
  if (family != "storage" && family != "memory" && family != "gpu" && family != "pipeline") {
    reader.fail(node, fmt::format("'{}': case ids begin with storage/, memory/, gpu/ or pipeline/",
                                  primary.cases));
  }
  const std::vector<std::string_view>& known = decisive_metrics();
  if (std::find(known.begin(), known.end(), primary.metric) == known.end()) {
    reader.fail(node, fmt::format("unknown metric '{}'{}", primary.metric,
                                  hint_for(primary.metric, known)));
  }
  return primary;
}

}  // namespace

std::vector<PrimaryMetric> read_primary(const SuiteReader& reader, const toml::node& node) {
  const toml::array* list = node.as_array();
  if (list == nullptr) reader.fail(node, "expected a list of texts");
  if (list->size() > primary_metrics_max) {
    reader.fail(node,
                fmt::format("{} primary metrics, at most {}: with more, six instances on each "
                            "side could not show any difference",
                            list->size(), primary_metrics_max));
  }
  std::vector<PrimaryMetric> all;
  for (const toml::node& item : *list) {
    PrimaryMetric primary = primary_of(reader, item);
    const bool repeated = std::any_of(all.begin(), all.end(), [&](const PrimaryMetric& other) {
      return other.cases == primary.cases && other.metric == primary.metric;
    });
    if (repeated) reader.fail(item, "this primary metric is in the list already");
    all.push_back(std::move(primary));
  }
  return all;
}

}  // namespace assay
