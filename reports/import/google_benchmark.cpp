#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/import/foreign_json.hpp"
#include "reports/import/import.hpp"
#include "reports/import/new_result.hpp"

namespace assay {

namespace {

struct BenchmarkTimeUnit {
  std::string_view name;
  double ns;
};

constexpr std::array<BenchmarkTimeUnit, 4> benchmark_time_units = {
    {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};

/// A member of a benchmark's entry as a metric.
struct Quantity {
  const char* member;
  const char* metric;
  const char* unit;
  Direction direction;
  bool is_time;
};

constexpr std::array<Quantity, 4> quantities = {{
    {"real_time", "time/real", "ns", Direction::lower_is_better, true},
    {"cpu_time", "time/cpu", "ns", Direction::lower_is_better, true},
    {"bytes_per_second", "bandwidth", "B/s", Direction::higher_is_better, false},
    {"items_per_second", "items/rate", "1/s", Direction::higher_is_better, false},
}};

/// Numbers of an entry that are no counters of the user's.
constexpr std::array<std::string_view, 12> own_numbers = {
    "family_index",     "per_family_instance_index",
    "repetitions",      "repetition_index",
    "threads",          "iterations",
    "real_time",        "cpu_time",
    "items_per_second", "bytes_per_second",
    "allocs_per_iter",  "max_bytes_used"};

/// The entries of one benchmark: repetitions, or where only those are there, aggregates.
struct Family {
  std::string name;
  std::vector<ForeignNode> iterations;
  std::vector<ForeignNode> aggregates;
};

std::string text_or(const ForeignNode& node, const std::string& name, const std::string& fallback) {
  const auto found = node.find(name);
  return found && found->is_text() ? found->text() : fallback;
}

double ns_of(const ForeignNode& entry) {
  const ForeignNode unit = entry.member("time_unit");
  const std::string name = unit.text();
  for (const BenchmarkTimeUnit& one : benchmark_time_units) {
    if (one.name == name) return one.ns;
  }
  unit.fail(fmt::format("'{}' is none of ns, us, ms, s", name.substr(0, 20)));
}

/// UTC of "2026-11-29T08:13:05+01:00"; empty for other texts: without its offset a time is none.
std::string utc_of(const std::string& date) {
  tm parts{};
  const char* const end = strptime(date.c_str(), "%Y-%m-%dT%H:%M:%S%z", &parts);
  if (end == nullptr || *end != '\0') return {};
  const long offset_s = parts.tm_gmtoff;  // which timegm sets to 0
  return utc_text(static_cast<double>(timegm(&parts) - offset_s));
}

/// Owns the Result while the benchmarks of a file are added to it.
class GoogleBenchmarkReader {
 public:
  GoogleBenchmarkReader(ForeignNode document, std::string_view file, const ImportOptions& options)
      : document_(std::move(document)),
        context_(document_.member("context")),
        result_(new_import("google-benchmark", text_or(context_, "library_version", ""), file,
                           options)) {}

  Result read() {
    add_target();
    add_context();
    std::string definition;
    std::vector<PrimaryMetric> primary;
    for (const Family& family : families()) {
      add(family);
      definition += family.name + "\n";
      primary.push_back({result_.cases.back().id, "time/real"});
    }
    result_.method.emplace_back(
        "value",
        "the median over the repetitions; without repetitions in the file, what its "
        "aggregates say");
    result_.method.emplace_back("time",
                                "of one iteration: real is what the benchmark's clock showed "
                                "(its own where the name ends in manual_time), cpu that of the "
                                "threads");
    result_.method.emplace_back("bandwidth and items",
                                "as Google Benchmark states them: over CPU time, or over real time "
                                "where the benchmark asks for it");
    finish_import(result_, definition, primary);
    return std::move(result_);
  }

 private:
  void add_target() {
    const std::string path = text_or(context_, "executable", "");
    const std::string name = path.substr(path.find_last_of('/') + 1);
    Target target;
    target.id = name.empty() ? "program" : id_part(name);
    target.label = name.empty() ? "a program that is not named" : "program " + name;
    target.kind = TargetKind::program;
    target.chosen = true;
    target.reason = "its benchmarks are in the file";
    result_.plan.targets.push_back(std::move(target));
  }

  void add_context() {
    result_.provenance.started_utc = utc_of(text_or(context_, "date", ""));
    if (const auto cpus = context_.find("num_cpus")) {
      constexpr std::uint64_t cpus_max = 1 << 20;
      if (cpus->whole() > cpus_max) cpus->fail("more CPUs than any machine has");
      result_.host.cpu.threads = static_cast<std::uint32_t>(cpus->whole());
    }
    if (const auto mhz = context_.find("mhz_per_cpu")) {
      result_.method.emplace_back("CPU clock, as told", fmt::format("{} MHz", mhz->number()));
    }
    const auto warn = [&](const char* check, const char* what, const char* effect) {
      result_.findings.push_back({check, "", Severity::warning, what, effect, ""});
    };
    if (const auto scaling = context_.find("cpu_scaling_enabled"); scaling && scaling->truth()) {
      warn("cpu-scaling", "Google Benchmark found CPU frequency scaling enabled",
           "times vary with the clock");
    }
    if (text_or(context_, "library_build_type", "") == "debug") {
      warn("debug-library", "Google Benchmark says that its library was built for debugging",
           "times may be too long");
    }
  }

  std::vector<Family> families() const {
    std::vector<Family> all;
    for (const ForeignNode& entry : document_.member("benchmarks").items()) {
      const std::string name = text_or(entry, "run_name", entry.member("name").text());
      auto family =
          std::find_if(all.begin(), all.end(), [&](const Family& one) { return one.name == name; });
      if (family == all.end()) family = all.insert(all.end(), Family{name, {}, {}});
      const std::string type = text_or(entry, "run_type", "iteration");
      if (type != "iteration" && type != "aggregate") {
        entry.member("run_type").fail("is neither iteration nor aggregate");
      }
      (type == "iteration" ? family->iterations : family->aggregates).push_back(entry);
    }
    if (all.empty()) document_.member("benchmarks").fail("empty: no benchmark ran");
    return all;
  }

  void add(const Family& family) {
    Case item;
    item.target = result_.plan.targets.front().id;
    item.workload = family.name;
    item.id = "benchmark/" + id_part(family.name);
    CaseResult measured;
    measured.method = {{"benchmark", family.name}};
    const std::vector<ForeignNode>& entries =
        family.iterations.empty() ? family.aggregates : family.iterations;
    for (const ForeignNode& entry : entries) add_failure(entry, measured);
    if (const std::string label = text_or(entries.front(), "label", ""); !label.empty()) {
      measured.method.emplace_back("label", label);
    }
    if (measured.status == CaseStatus::ok) {
      if (family.iterations.empty()) {
        add_aggregates(family, measured);
      } else {
        add_iterations(family, measured);
      }
    }
    add_case(result_, ids_, std::move(item), std::move(measured));
  }

  static void add_failure(const ForeignNode& entry, CaseResult& measured) {
    const auto failed = entry.find("error_occurred");
    const auto skipped = entry.find("skipped");
    if (failed && failed->truth()) {
      measured.status = CaseStatus::failed;
      measured.reason = text_or(entry, "error_message", "the benchmark says that it failed");
    } else if (skipped && skipped->truth() && measured.status == CaseStatus::ok) {
      measured.status = CaseStatus::skipped;
      measured.reason = text_or(entry, "skip_message", "the benchmark says that it was skipped");
    }
  }

  static double value_of(const ForeignNode& entry, const Quantity& quantity) {
    const double value = entry.member(quantity.member).number();
    return quantity.is_time ? value * ns_of(entry) : value;
  }

  static void add_iterations(const Family& family, CaseResult& measured) {
    for (const Quantity& quantity : quantities) {
      if (!family.iterations.front().find(quantity.member)) {
        if (quantity.is_time) static_cast<void>(family.iterations.front().member(quantity.member));
        continue;
      }
      Sample sample{quantity.metric, quantity.unit, {}};
      for (const ForeignNode& entry : family.iterations) {
        sample.values.push_back(value_of(entry, quantity));
      }
      const Spread spread = spread_of(sample.values);
      measured.metrics.push_back(
          {quantity.metric, spread.median, quantity.unit, quantity.direction, spread});
      measured.samples.push_back(std::move(sample));
    }
    for (const auto& [name, value] : family.iterations.front().members()) {
      const bool own = std::find(own_numbers.begin(), own_numbers.end(), name) != own_numbers.end();
      if (own || !value.is_number()) continue;
      Sample sample{"counter/" + id_part(name), "1", {}};
      for (const ForeignNode& entry : family.iterations) {
        sample.values.push_back(entry.member(name).signed_number());
      }
      const Spread spread = spread_of(sample.values);
      measured.metrics.push_back(
          {sample.metric, spread.median, "1", Direction::informative, spread});
      measured.samples.push_back(std::move(sample));
    }
  }

  /// The median, or else the mean, that the file has of repetitions which it does not show.
  static void add_aggregates(const Family& family, CaseResult& measured) {
    const auto named = [&](const char* name) {
      return std::find_if(
          family.aggregates.begin(), family.aggregates.end(),
          [&](const ForeignNode& one) { return text_or(one, "aggregate_name", "") == name; });
    };
    auto entry = named("median");
    if (entry == family.aggregates.end()) entry = named("mean");
    if (entry == family.aggregates.end()) {
      measured.status = CaseStatus::skipped;
      measured.reason = "its aggregates hold neither a median nor a mean";
      return;
    }
    measured.method.emplace_back(
        "value",
        fmt::format("the {} of {} repetitions that the file does not show",
                    entry->member("aggregate_name").text(),
                    entry->find("repetitions") ? entry->member("repetitions").whole() : 0));
    for (const Quantity& quantity : quantities) {
      if (!entry->find(quantity.member)) continue;
      measured.metrics.push_back({quantity.metric, value_of(*entry, quantity), quantity.unit,
                                  quantity.direction, std::nullopt});
    }
  }

  const ForeignNode document_;
  const ForeignNode context_;
  Result result_;
  UniqueIds ids_;
};

}  // namespace

Result import_google_benchmark(std::string_view text, const ImportOptions& options) {
  const nlohmann::json json = parse_foreign(text);
  check_tool(json, "google-benchmark");
  return GoogleBenchmarkReader(ForeignNode(json, ""), text, options).read();
}

}  // namespace assay
