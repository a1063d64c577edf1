#include "reports/import/new_result.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "reports/sha256.hpp"

namespace assay {

namespace {

constexpr std::size_t id_part_max = 120;

bool is_kept(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._:=+,/-").find(c) != std::string_view::npos;
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
  if (!options.instance_type.empty()) {
    Ec2Instance instance;
    instance.unknown = "the type was given on import; the file does not say what machine it is of";
    instance.instance_type = options.instance_type;
    result.host.ec2 = instance;
  }
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

void finish_import(Result& result, const std::string& definition,
                   const std::vector<PrimaryMetric>& primary) {
  std::vector<PrimaryMetric> kept;
  for (const PrimaryMetric& one : primary) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const PrimaryMetric& other) {
      return other.cases == one.cases && other.metric == one.metric;
    });
    if (!known && kept.size() < primary_metrics_max) kept.push_back(one);
  }
  result.plan.primary = std::move(kept);
  result.plan.suite_sha256 = sha256_hex(definition);
  result.comparability.suite_sha256 = result.plan.suite_sha256;
  result.method.emplace_back(
      "primary metrics",
      fmt::format("nobody declared any: the rate of each of the first {} jobs or tests",
                  primary_metrics_max));
}

}  // namespace assay
