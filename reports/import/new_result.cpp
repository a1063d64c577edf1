#include "reports/import/new_result.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <ctime>
#include <utility>

#include "reports/sha256.hpp"

namespace assay {

namespace {

constexpr std::size_t id_part_max = 120;

/// What a case is compared by: the first of these that it has.
constexpr std::array<std::string_view, 4> rates = {"iops", "bandwidth", "latency/load",
                                                   "time/real"};

bool is_kept(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._:=+,/-").find(c) != std::string_view::npos;
}

std::string primary_of(const Case& item, const CaseResult& measured) {
  const bool of_bytes = item.storage && item.storage->pattern == Pattern::sequential &&
                        item.storage->durability == Durability::none;
  if (of_bytes && find_metric(measured.metrics, "bandwidth") != nullptr) return "bandwidth";
  for (const std::string_view name : rates) {
    if (find_metric(measured.metrics, std::string(name)) != nullptr) return std::string(name);
  }
  return {};
}

}  // namespace

std::string id_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (part.size() == id_part_max) break;
    if (is_kept(c) && c != '-') {
      part += c;
    } else if (!part.empty() && part.back() != '-') {
      part += '-';
    }
  }
  while (!part.empty() && (part.back() == '-' || part.back() == '/')) part.pop_back();
  return part.empty() ? "unnamed" : part;
}

std::string utc_text(double seconds) {
  constexpr double year_10000 = 253402300800.0;
  if (!(seconds > 0) || seconds >= year_10000) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(seconds)));
}

Result new_import(std::string_view tool, const std::string& version, std::string_view file,
                  const ImportOptions& options) {
  Result result;
  result.import = Import{std::string(tool), version.substr(0, id_part_max), sha256_hex(file)};
  result.host.io_uring.reason = "not told: imported";
  result.host.gpu.none_reason = "not told: imported";
  Ec2Instance instance;
  instance.unknown = options.instance_type.empty()
                         ? "the file does not say what machine it comes from"
                         : "the instance type was given on import; the file does not say what "
                           "machine it comes from";
  instance.instance_type = options.instance_type;
  result.host.ec2 = instance;
  result.plan.suite = tool;
  result.plan.class_reason = "not told: imported";
  result.comparability.preconditioning = fmt::format("not told by {}", tool);
  result.comparability.data_kind = fmt::format("not told by {}", tool);
  return result;
}

std::string UniqueIds::unique(const std::string& id) {
  std::string free = id;
  for (std::size_t i = 2; !taken_.insert(free).second; ++i) free = fmt::format("{}/case-{}", id, i);
  return free;
}

void add_case(Result& result, UniqueIds& ids, Case item, CaseResult measured) {
  item.id = ids.unique(item.id);
  measured.id = item.id;
  if (measured.status == CaseStatus::skipped) item.skip_reason = measured.reason;
  result.plan.cases.push_back(std::move(item));
  result.cases.push_back(std::move(measured));
}

void finish_import(Result& result, std::string definition) {
  std::vector<PrimaryMetric> primary;
  for (std::size_t i = 0; i < result.cases.size(); ++i) {
    definition += "\n" + result.cases[i].id;
    const std::string metric = primary_of(result.plan.cases[i], result.cases[i]);
    if (metric.empty() || primary.size() == primary_metrics_max) continue;
    primary.push_back({result.cases[i].id, metric});
  }
  result.plan.suite_sha256 = sha256_hex(definition);
  result.comparability.suite_sha256 = result.plan.suite_sha256;
  result.method.emplace_back(
      "primary metrics",
      fmt::format("nobody declared any: the rate of each of the first {} cases that have one",
                  primary_metrics_max));
  result.plan.primary = std::move(primary);
}

}  // namespace assay
