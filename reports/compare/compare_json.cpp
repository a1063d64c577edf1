#include <nlohmann/json.hpp>

#include "reports/compare/compare_reports.hpp"
#include "reports/compare/compare_text.hpp"
#include "reports/model/names.hpp"

namespace assay {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json interval_of(const std::optional<Interval>& interval) {
  return interval ? Json::array({interval->low, interval->high}) : Json();
}

Json noise_of(const VarianceSplit& noise) {
  return {{"within_run_percent", or_null(noise.within_run_percent)},
          {"between_runs_percent", or_null(noise.between_runs_percent)},
          {"between_instances_percent", or_null(noise.between_instances_percent)}};
}

enum class Kind { primary, exploratory };

Json metric_of(const MetricComparison& one, Kind kind) {
  Json json = {{"cases", one.cases},
               {"metric", one.metric},
               {"unit", one.unit},
               {"direction", name_of(one.direction)},
               {"n", {one.n_a, one.n_b}},
               {"runs_without_value", {one.missing_a, one.missing_b}},
               {"runs_with_burst", {one.bursts_a, one.bursts_b}},
               {"median", {one.median_a, one.median_b}},
               {"shift", one.shift},
               {"ratio", or_null(one.ratio)},
               {"ratio_interval_95", interval_of(one.ratio_95)},
               {"ratio_interval_90", interval_of(one.ratio_90)},
               {"mann_whitney_u", one.test.u},
               {"p", one.test.p},
               {"p_is_exact", one.test.exact},
               {"noise", {noise_of(one.noise_a), noise_of(one.noise_b)}}};
  if (kind == Kind::exploratory) return json;
  json["p_adjusted"] = one.p_adjusted;
  json["verdict"] = judgement_word(one.judgement);
  json["standing"] = one.standing == Standing::claim        ? "claim"
                     : one.standing == Standing::indicative ? "indicative"
                                                            : "none";
  json["detectable_ratio"] = or_null(one.detectable_ratio);
  json["instances_needed_each"] = or_null(one.needed_each);
  return json;
}

Json group_of(const GroupFacts& group) {
  return {{"value", group.value}, {"instances", group.instances}, {"runs", group.runs}};
}

}  // namespace

std::string render_compare_json(const std::vector<Comparison>& comparisons) {
  Json document = {{"schema", "assay-comparison"}, {"schema_version", "1.1.0"}};
  Json& list = document["comparisons"] = Json::array();
  for (const Comparison& comparison : comparisons) {
    Json primary = Json::array();
    for (const MetricComparison& one : comparison.primary) {
      primary.push_back(metric_of(one, Kind::primary));
    }
    Json exploratory = Json::array();
    for (const MetricComparison& one : comparison.exploratory) {
      exploratory.push_back(metric_of(one, Kind::exploratory));
    }
    list.push_back({{"by", comparison.by},
                    {"suite", comparison.suite},
                    {"margin", comparison.options.margin},
                    {"baseline", group_of(comparison.a)},
                    {"other", group_of(comparison.b)},
                    {"banners", comparison.banners},
                    {"notes", note_lines(comparison)},
                    {"primary", std::move(primary)},
                    {"exploratory", std::move(exploratory)}});
  }
  return document.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay
