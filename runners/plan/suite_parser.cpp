#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/plan/suite.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr std::uint64_t block_size_max = 16U << 20;
constexpr std::int64_t queue_depth_max = 4096;
constexpr std::int64_t threads_max = 4096;
constexpr double rate_per_s_max = 1e8;
constexpr double duration_s_max = 7 * 24 * 3600.0;

/// Owns the name of the document, to say where something is wrong.
class Parser {
 public:
  explicit Parser(std::string origin) : origin_(std::move(origin)) {}

  Suite parse(std::string_view text) const {
    toml::table document;
    try {
      document = toml::parse(text, std::string_view(origin_));
    } catch (const toml::parse_error& error) {
      throw UsageError(fmt::format("{}: {}", place(error.source()), error.description()));
    }
    static const std::vector<std::string_view> known{
        "name", "description", "warm_up", "duration", "file_size", "storage", "memory", "gpu"};
    check_keys(document, known);
    Suite suite;
    suite.name = text_of(required(document, "name", document));
    if (const auto* node = document.get("description")) suite.description = text_of(*node);
    suite.duration_s = duration_of(required(document, "duration", document));
    if (const auto* node = document.get("warm_up")) suite.warm_up_s = duration_of(*node);
    suite.file_size_bytes = 1U << 30;
    if (const auto* node = document.get("file_size")) suite.file_size_bytes = size_of(*node);
    if (suite.file_size_bytes < (1U << 20)) {
      fail(*document.get("file_size"), "file_size must be at least 1MiB");
    }
    for (const auto& [name, family] : families) {
      const toml::node* node = document.get(name);
      if (node == nullptr) continue;
      const toml::array* tables = node->as_array();
      if (tables == nullptr || !tables->is_array_of_tables()) {
        fail(*node,
             fmt::format("write [[{}]] with two brackets: a suite has lists of cases", name));
      }
      for (const toml::node& table : *tables)
        suite.rows.push_back(row_of(*table.as_table(), family));
    }
    if (suite.rows.empty()) {
      fail(document, "the suite has no cases: add a [[storage]], [[memory]] or [[gpu]] table");
    }
    return suite;
  }

 private:
  static constexpr std::array<std::pair<std::string_view, Family>, 3> families{
      {{"storage", Family::storage}, {"memory", Family::memory}, {"gpu", Family::gpu}}};

  std::string place(const toml::source_region& region) const {
    return fmt::format("{}:{}:{}", origin_, region.begin.line, region.begin.column);
  }

  [[noreturn]] void fail(const toml::node& node, const std::string& what) const {
    throw UsageError(fmt::format("{}: {}", place(node.source()), what));
  }

  void check_keys(const toml::table& table, const std::vector<std::string_view>& known) const {
    for (const auto& [key, node] : table) {
      if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
      throw UsageError(fmt::format("{}: unknown key '{}'{}", place(key.source()), key.str(),
                                   hint_for(key.str(), known)));
    }
  }

  const toml::node& required(const toml::table& table, std::string_view key,
                             const toml::node& where) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) fail(where, fmt::format("'{}' is missing", key));
    return *node;
  }

  std::string text_of(const toml::node& node) const {
    const auto text = node.value<std::string>();
    if (!node.is_string() || !text) fail(node, "expected a text in quotes");
    return *text;
  }

  double duration_of(const toml::node& node) const {
    const auto number = node.is_number() ? node.value<double>() : std::nullopt;
    const auto seconds = node.is_number() ? number : parse_duration_s(text_of(node));
    if (!seconds || !(*seconds > 0) || *seconds > duration_s_max) {
      fail(node, "expected a duration such as \"3s\", \"250ms\" or \"2m\", at most 7 days");
    }
    return *seconds;
  }

  std::uint64_t size_of(const toml::node& node) const {
    const auto size = node.is_integer() ? parse_size(std::to_string(*node.value<std::int64_t>()))
                                        : parse_size(text_of(node));
    if (!size || *size == 0) fail(node, "expected a size such as \"4k\", \"1MiB\" or 4096");
    return *size;
  }

  /// One value, or each of a list of values.
  void each(const toml::node& node, const std::function<void(const toml::node&)>& visit) const {
    const toml::array* list = node.as_array();
    if (list == nullptr) return visit(node);
    if (list->empty()) fail(node, "the list is empty");
    for (const toml::node& item : *list) visit(item);
  }

  std::uint32_t whole_of(const toml::node& node, std::int64_t max) const {
    const auto number = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
    if (!number || *number < 1 || *number > max) {
      fail(node, fmt::format("expected a whole number from 1 to {}", max));
    }
    return static_cast<std::uint32_t>(*number);
  }

  const Workload* workload_of(const toml::node& node, Family family) const {
    const std::string name = text_of(node);
    if (const Workload* workload = find_workload(family, name)) return workload;
    std::vector<std::string_view> names;
    for (const Workload& workload : all_workloads()) {
      if (workload.family == family) names.push_back(workload.name);
    }
    fail(node, fmt::format("unknown workload '{}'{}", name, hint_for(name, names)));
  }

  SuiteRow row_of(const toml::table& table, Family family) const {
    std::vector<std::string_view> known{"workload", "duration", "required"};
    if (family == Family::storage)
      known.insert(known.end(), {"block_size", "queue_depth", "rate", "arrival", "engine"});
    if (family == Family::memory) known.insert(known.end(), {"threads", "working_set"});
    check_keys(table, known);
    SuiteRow row;
    row.family = family;
    row.required = family != Family::gpu;
    each(required(table, "workload", table),
         [&](const toml::node& node) { row.workloads.push_back(workload_of(node, family)); });
    if (const auto* node = table.get("duration")) row.duration_s = duration_of(*node);
    if (const auto* node = table.get("required")) {
      if (!node->is_boolean()) fail(*node, "expected true or false");
      row.required = *node->value<bool>();
    }
    if (family == Family::storage) read_storage(table, row);
    if (family == Family::memory) read_memory(table, row);
    return row;
  }

  void read_storage(const toml::table& table, SuiteRow& row) const {
    each(required(table, "block_size", table), [&](const toml::node& node) {
      const std::uint64_t size = size_of(node);
      if (size % 4096 != 0 || size > block_size_max) {
        fail(node, "block_size must be a multiple of 4k, at most 16m: O_DIRECT needs alignment");
      }
      row.block_sizes.push_back(size);
    });
    each(required(table, "queue_depth", table), [&](const toml::node& node) {
      row.queue_depths.push_back(whole_of(node, queue_depth_max));
    });
    read_arrival(table, row);
    read_engine(table, row);
    for (const Workload* workload : row.workloads) {
      if (workload->durability == Durability::none) continue;
      if (row.arrival != Arrival::closed) {
        fail(*table.get("rate"), fmt::format("{} has no rate: a log commits one write after the "
                                             "other",
                                             workload->name));
      }
      if (row.queue_depths == std::vector<std::uint32_t>{1}) continue;
      fail(*table.get("queue_depth"),
           fmt::format("{} is measured at queue_depth = 1 only: a log commits one write at a time",
                       workload->name));
    }
  }

  void read_arrival(const toml::table& table, SuiteRow& row) const {
    const toml::node* arrival = table.get("arrival");
    const toml::node* rate = table.get("rate");
    if (rate == nullptr) {
      if (arrival != nullptr) fail(*arrival, "arrival needs a rate in I/Os a second");
      return;
    }
    row.arrival = Arrival::constant;
    if (arrival != nullptr) {
      const auto word = named<Arrival>(text_of(*arrival));
      if (!word || *word == Arrival::closed) {
        fail(*arrival, "expected \"constant\" or \"poisson\"");
      }
      row.arrival = *word;
    }
    each(*rate, [&](const toml::node& node) {
      const auto number = node.is_number() ? node.value<double>() : std::nullopt;
      if (!number || !(*number >= 1) || *number > rate_per_s_max) {
        fail(node, "expected a rate from 1 to 100000000 I/Os a second");
      }
      row.rates_per_s.push_back(*number);
    });
  }

  void read_engine(const toml::table& table, SuiteRow& row) const {
    const toml::node* node = table.get("engine");
    if (node == nullptr) return;
    const std::string word = text_of(*node);
    const auto engine = named<Engine>(word);
    if (!engine) {
      fail(*node,
           fmt::format("unknown engine '{}'{}", word, hint_for(word, {"io_uring", "pread"})));
    }
    row.engine = *engine;
    if (row.engine == Engine::pread && row.queue_depths != std::vector<std::uint32_t>{1}) {
      fail(*table.get("queue_depth"),
           "engine = \"pread\" has queue_depth = 1 only: it waits for each I/O");
    }
  }

  void read_memory(const toml::table& table, SuiteRow& row) const {
    each(required(table, "threads", table), [&](const toml::node& node) {
      const bool all = node.is_string() && *node.value<std::string>() == "all";
      if (node.is_string() && !all) fail(node, "expected a number of threads, or \"all\"");
      row.threads.push_back(all ? 0 : whole_of(node, threads_max));
    });
    if (const auto* node = table.get("working_set")) row.working_set_bytes = size_of(*node);
    for (const Workload* workload : row.workloads) {
      if (workload->name == "latency" && row.threads != std::vector<std::uint32_t>{1}) {
        fail(*table.get("threads"), "latency is measured with threads = 1 only");
      }
    }
  }

  std::string origin_;
};

}  // namespace

Suite parse_suite(std::string_view toml_text, const std::string& origin) {
  return Parser(origin).parse(toml_text);
}

}  // namespace assay
