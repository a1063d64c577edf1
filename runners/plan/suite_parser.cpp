#include <fmt/format.h>

#include <array>

#include "runners/plan/gpu_row.hpp"
#include "runners/plan/memory_row.hpp"
#include "runners/plan/pipeline_row.hpp"
#include "runners/plan/primary_metrics.hpp"
#include "runners/plan/storage_row.hpp"
#include "runners/plan/suite.hpp"
#include "runners/plan/suite_reader.hpp"

namespace assay {

namespace {

constexpr std::int64_t rounds_max = 100;
constexpr std::int64_t priority_max = 9;
constexpr double steady_round_s = 60;
constexpr double steady_round_s_min = 0.1;  // the shortest tick

/// Owns the reader of one document and puts the suite together.
class Parser {
 public:
  explicit Parser(std::string origin) : reader_(std::move(origin)) {}

  Suite parse(std::string_view text) const {
    const toml::table document = reader_.parse(text);
    static const std::vector<std::string_view> known{
        "name",    "description", "warm_up",     "duration",  "cap",        "rounds",
        "order",   "file_size",   "device_span", "unwritten", "confidence", "minimum",
        "primary", "storage",     "memory",      "gpu",       "pipeline"};
    reader_.check_keys(document, known);
    Suite suite;
    suite.name = reader_.text_of(reader_.required(document, "name"));
    if (const auto* node = document.get("description")) suite.description = reader_.text_of(*node);
    read_times(document, suite);
    read_sizes(document, suite);
    for (const auto& [name, family] : families) {
      const toml::node* node = document.get(name);
      if (node == nullptr) continue;
      const toml::array* tables = node->as_array();
      if (tables == nullptr || !tables->is_array_of_tables()) {
        reader_.fail(
            *node, fmt::format("write [[{}]] with two brackets: a suite has lists of cases", name));
      }
      for (const toml::node& table : *tables) {
        suite.rows.push_back(row_of(document, *table.as_table(), family));
      }
    }
    if (const auto* node = document.get("primary")) suite.primary = read_primary(reader_, *node);
    if (suite.rows.empty()) {
      reader_.fail(document,
                   "the suite has no cases: add a [[storage]], [[memory]], [[gpu]] or [[pipeline]] "
                   "table");
    }
    return suite;
  }

 private:
  static constexpr std::array<std::pair<std::string_view, Family>, 4> families{
      {{"storage", Family::storage},
       {"memory", Family::memory},
       {"gpu", Family::gpu},
       {"pipeline", Family::pipeline}}};

  void read_times(const toml::table& document, Suite& suite) const {
    suite.duration_s = reader_.duration_of(reader_.required(document, "duration"));
    if (const auto* node = document.get("warm_up")) suite.warm_up_s = reader_.duration_of(*node);
    if (const auto* node = document.get("cap")) suite.cap_s = reader_.duration_of(*node);
    if (const auto* node = document.get("rounds")) {
      suite.rounds = reader_.whole_of(*node, 1, rounds_max);
    }
    if (const auto* node = document.get("order")) {
      const std::string word = reader_.text_of(*node);
      if (word != "listed" && word != "random") {
        reader_.fail(*node, "expected \"listed\" or \"random\"");
      }
      suite.random_order = word == "random";
    }
  }

  void read_sizes(const toml::table& document, Suite& suite) const {
    suite.file_size_bytes = 1U << 30;
    if (const auto* node = document.get("file_size")) {
      suite.file_size_bytes = reader_.size_of(*node);
      if (suite.file_size_bytes < (1U << 20)) {
        reader_.fail(*node, "file_size must be at least 1MiB");
      }
    }
    suite.device_span_bytes = suite.file_size_bytes;
    if (const auto* node = document.get("device_span")) {
      const bool whole = node->is_string() && *node->value<std::string>() == "whole";
      suite.device_span_bytes = whole ? ~std::uint64_t{0} : reader_.size_of(*node);
      if (suite.device_span_bytes < (1U << 20)) {
        reader_.fail(*node, "device_span must be at least 1MiB");
      }
    }
    if (const auto* node = document.get("unwritten")) {
      suite.unwritten_percent = reader_.percent_of(*node, 0, 90);
    }
  }

  const Workload* workload_of(const toml::node& node, Family family) const {
    const std::string name = reader_.text_of(node);
    if (const Workload* workload = find_workload(family, name)) return workload;
    std::vector<std::string_view> names;
    for (const Workload& workload : all_workloads()) {
      if (workload.family == family) names.push_back(workload.name);
    }
    reader_.fail(node, fmt::format("unknown workload '{}'{}", name, hint_for(name, names)));
  }

  SuiteRow row_of(const toml::table& document, const toml::table& table, Family family) const {
    std::vector<std::string_view> known{"workload", "duration", "required", "priority"};
    const std::vector<std::string_view>& more = storage_keys();
    if (family == Family::storage) {
      known.insert(known.end(), more.begin(), more.end());
      known.insert(known.end(),
                   {"confidence", "minimum", "steady_state", "steady_round", "steady_rounds_max"});
    }
    if (family == Family::memory) {
      known.insert(known.end(), memory_keys().begin(), memory_keys().end());
    }
    if (family == Family::gpu) known.insert(known.end(), gpu_keys().begin(), gpu_keys().end());
    if (family == Family::pipeline) {
      known.insert(known.end(), pipeline_keys().begin(), pipeline_keys().end());
    }
    reader_.check_keys(table, known);
    SuiteRow row;
    row.family = family;
    row.required = family != Family::gpu && family != Family::pipeline;
    reader_.each(reader_.required(table, "workload"), [&](const toml::node& node) {
      row.workloads.push_back(workload_of(node, family));
    });
    if (const auto* node = table.get("duration")) row.duration_s = reader_.duration_of(*node);
    if (const auto* node = table.get("required")) row.required = reader_.truth_of(*node);
    if (const auto* node = table.get("priority")) {
      row.priority = reader_.whole_of(*node, 1, priority_max);
    }
    if (family == Family::storage) {
      read_storage_row(reader_, table, row);
      read_stop(document, table, row);
    }
    if (family == Family::memory) read_memory_row(reader_, table, row);
    if (family == Family::gpu) read_gpu_row(reader_, table, row);
    if (family == Family::pipeline) read_pipeline_row(reader_, table, row);
    return row;
  }

  SteadyStateRule read_steady_state(const toml::table& table) const {
    SteadyStateRule rule;
    rule.round_s = steady_round_s;
    if (const auto* round = table.get("steady_round")) {
      rule.round_s = reader_.duration_of(*round);
      if (rule.round_s < steady_round_s_min) {
        reader_.fail(*round, "a steady_round lasts at least 0.1 s");
      }
    }
    if (const auto* most = table.get("steady_rounds_max")) {
      rule.rounds_max = reader_.whole_of(*most, 5, 1000);
    }
    for (const char* key : {"duration", "confidence", "minimum"}) {
      const auto* node = table.get(key);
      if (node == nullptr) continue;
      reader_.fail(*node, fmt::format("a steady_state case lasts its rounds: leave {} out", key));
    }
    return rule;
  }

  void read_stop(const toml::table& document, const toml::table& table, SuiteRow& row) const {
    if (const auto* node = table.get("steady_state"); node != nullptr && reader_.truth_of(*node)) {
      row.steady_state = read_steady_state(table);
      row.duration_s = row.steady_state->round_s * row.steady_state->rounds_max;
      return;
    }
    for (const char* key : {"steady_round", "steady_rounds_max"}) {
      if (const auto* node = table.get(key)) reader_.fail(*node, "needs steady_state = true");
    }
    const auto value = [&](const char* key) {
      const toml::node* node = table.get(key);
      return node != nullptr ? node : document.get(key);
    };
    const toml::node* width = value("confidence");
    const toml::node* minimum = value("minimum");
    if (width == nullptr) {
      if (minimum != nullptr) reader_.fail(*minimum, "minimum needs confidence, such as \"5%\"");
      return;
    }
    ConfidenceRule rule;
    rule.width_percent = reader_.percent_of(*width, 0.1, 100);
    rule.minimum_s = minimum != nullptr ? reader_.duration_of(*minimum) : 1;
    row.confidence = rule;
  }

  SuiteReader reader_;
};

}  // namespace

Suite parse_suite(std::string_view toml_text, const std::string& origin) {
  return Parser(origin).parse(toml_text);
}

}  // namespace assay
