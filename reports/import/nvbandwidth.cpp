#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/import/foreign_json.hpp"
#include "reports/import/import.hpp"
#include "reports/import/new_result.hpp"

namespace assay {

namespace {

constexpr double bytes_a_gigabyte = 1e9;  // nvbandwidth multiplies bytes a second by 1e-9
constexpr std::size_t gpus_max = 1024;

/// Tests that mean what a workload of assay means: one copy at a time between page-locked host
/// memory and one GPU, bytes copied over time. Of copies between GPUs the arrows in nvbandwidth's
/// own descriptions point against the direction that its code copies in, and its bidirectional
/// tests state one of both directions: those keep their own names.
struct LinkTest {
  std::string_view name;
  std::string_view workload;
  Mover mover;
};

constexpr std::array<LinkTest, 4> link_tests = {{
    {"host_to_device_memcpy_ce", "host-to-device", Mover::copy_engine},
    {"device_to_host_memcpy_ce", "device-to-host", Mover::copy_engine},
    {"host_to_device_memcpy_sm", "host-to-device", Mover::multiprocessors},
    {"device_to_host_memcpy_sm", "device-to-host", Mover::multiprocessors},
}};

/// One value of a matrix; empty where nvbandwidth printed N/A.
using MatrixCells = std::vector<std::vector<std::optional<double>>>;

std::optional<double> cell_of(const ForeignNode& node) {
  if (node.is_number()) return node.number();
  const std::string text = node.text();
  if (text == "N/A") return std::nullopt;
  const auto value = parse_number(text);
  if (!value) node.fail(fmt::format("'{}' is no value that can be measured", text.substr(0, 40)));
  return value;
}

MatrixCells cells_of(const ForeignNode& matrix) {
  MatrixCells cells;
  for (const ForeignNode& row : matrix.items()) {
    std::vector<std::optional<double>>& values = cells.emplace_back();
    for (const ForeignNode& cell : row.items()) values.push_back(cell_of(cell));
    if (values.size() > gpus_max || values.size() != cells.front().size()) {
      row.fail("not as long as the first row, or longer than any machine has GPUs");
    }
  }
  return cells;
}

/// "NVIDIA H100 80GB HBM3" of "0: NVIDIA H100 80GB HBM3 (00000000:53:00): (host-name)".
std::string device_name(const std::string& text) {
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos) return {};
  return text.substr(colon + 2, text.find(" (", colon) - colon - 2);
}

/// Owns the Result while the tests of a file are added to it.
class NvbandwidthReader {
 public:
  NvbandwidthReader(const ForeignNode& document, std::string_view file,
                    const ImportOptions& options)
      : root_(document.member("nvbandwidth")),
        result_(new_import("nvbandwidth", version(), file, options)) {}

  Result read() {
    if (const auto devices = root_.find("GPU Device list")) {
      for (const ForeignNode& one : devices->items()) names_.push_back(device_name(one.text()));
    }
    if (const auto error = root_.find("error")) error_ = error->text();
    const std::vector<ForeignNode> tests = tests_of();
    for (const ForeignNode& test : tests) add(test);
    add_method();
    finish_import(result_, definition_, primary_);
    return std::move(result_);
  }

 private:
  std::string version() const {
    const auto found = root_.find("version");
    return found ? found->text() : std::string();
  }

  std::vector<ForeignNode> tests_of() const {
    const auto found = root_.find("testcases");
    if (!found) {
      root_.fail(error_.empty() ? "no testcases: nvbandwidth measured nothing"
                                : "no testcases: nvbandwidth ended with: " + error_);
    }
    std::vector<ForeignNode> tests = found->items();
    if (tests.empty()) found->fail("empty: nvbandwidth measured nothing");
    return tests;
  }

  const Target& gpu(std::size_t index) {
    return target(fmt::format("gpu{}", index), index < names_.size() && !names_[index].empty()
                                                   ? names_[index]
                                                   : fmt::format("GPU {}", index));
  }

  const Target& target(const std::string& id, const std::string& label) {
    if (const Target* found = find_target(result_.plan, id)) return *found;
    Target one;
    one.id = id;
    one.label = label;
    one.kind = TargetKind::gpu;
    one.chosen = true;
    one.reason = "nvbandwidth measured it";
    return result_.plan.targets.emplace_back(std::move(one));
  }

  void add(const ForeignNode& test) {
    const std::string name = test.member("name").text();
    const std::string status = test.member("status").text();
    definition_ += name + "\n";
    primary_.push_back(primary_of(name));
    CaseResult measured;
    measured.method = {{"nvbandwidth test", name}};
    if (const auto words = test.find("bandwidth_description")) {
      measured.method.emplace_back("nvbandwidth says", words->text());
    }
    if (status == "Passed") {
      const MatrixCells cells = cells_of(test.member("bandwidth_matrix"));
      if (is_empty(cells)) test.member("bandwidth_matrix").fail("no value in it");
      add_measured(name, unit_is_ns(test), cells, measured);
      return;
    }
    const auto error = test.find("error");
    const std::string why = error ? error->text() : error_;
    if (status == "Waived") {
      measured.status = CaseStatus::skipped;
      measured.reason = "nvbandwidth waived it: this machine has not what it takes";
    } else {
      measured.status = CaseStatus::failed;
      measured.reason = status == "Running" ? "nvbandwidth ended while it ran"
                                            : fmt::format("nvbandwidth says {}", status);
    }
    if (!why.empty() && measured.status == CaseStatus::failed) measured.reason += ": " + why;
    add_own(name, std::move(measured));
  }

  /// Of a link that of the slowest GPU, so that machines with few and with many are compared.
  static PrimaryMetric primary_of(const std::string& name) {
    for (const LinkTest& link : link_tests) {
      if (link.name != name) continue;
      return {fmt::format("gpu/*/{}{}", link.workload, mover_part(link)), "bandwidth"};
    }
    const bool is_latency = name.find("latency") != std::string::npos;
    return {"nvbandwidth/" + id_part(name), is_latency ? "latency/load" : "bandwidth"};
  }

  static std::string mover_part(const LinkTest& link) {
    return link.mover == Mover::copy_engine ? "" : "/multiprocessors";
  }

  static bool is_empty(const MatrixCells& cells) {
    return std::none_of(cells.begin(), cells.end(), [](const auto& row) {
      return std::any_of(row.begin(), row.end(), [](const auto& cell) { return cell.has_value(); });
    });
  }

  static bool unit_is_ns(const ForeignNode& test) {
    const auto words = test.find("bandwidth_description");
    return words && words->text().find("(ns)") != std::string::npos;
  }

  void add_measured(const std::string& name, bool is_latency, const MatrixCells& cells,
                    const CaseResult& measured) {
    const auto link = std::find_if(link_tests.begin(), link_tests.end(),
                                   [&](const LinkTest& one) { return one.name == name; });
    if (link != link_tests.end() && cells.size() == 1 && !is_latency) {
      for (std::size_t i = 0; i < cells[0].size(); ++i) {
        if (cells[0][i]) add_link(*link, i, *cells[0][i] * bytes_a_gigabyte, measured);
      }
      return;
    }
    CaseResult own = measured;
    add_matrix(cells, is_latency, own);
    add_own(name, std::move(own));
  }

  void add_link(const LinkTest& link, std::size_t index, double bytes_per_s, CaseResult measured) {
    Case item;
    item.target = gpu(index).id;
    item.workload = link.workload;
    item.id = fmt::format("gpu/{}/{}{}", item.target, link.workload, mover_part(link));
    item.gpu = GpuParameters{};
    item.gpu->kernel = link.workload;
    item.gpu->mover = link.mover;
    measured.metrics.push_back(
        {"bandwidth", bytes_per_s, "B/s", Direction::higher_is_better, std::nullopt});
    add_case(result_, ids_, std::move(item), std::move(measured));
  }

  /// Each value as a metric of its own; the one that stands for the test is their median. The
  /// bidirectional tests between GPUs print three matrices one below the other, of which the last
  /// is the sum of both directions, and then describe that one.
  static void add_matrix(const MatrixCells& cells, bool is_latency, CaseResult& measured) {
    const std::size_t columns = cells.front().size();
    const bool three = columns > 1 && cells.size() == 3 * columns;
    const std::size_t first = three ? 2 * columns : 0;
    const char* const what = is_latency ? "latency" : "bandwidth";
    const char* const unit = is_latency ? "ns" : "B/s";
    const Direction direction =
        is_latency ? Direction::lower_is_better : Direction::higher_is_better;
    Sample sample{is_latency ? "latency/load" : "bandwidth", unit, {}};
    std::vector<Metric> each;
    for (std::size_t row = 0; row < cells.size(); ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        if (!cells[row][column]) continue;
        const double value = *cells[row][column] * (is_latency ? 1 : bytes_a_gigabyte);
        std::string name = fmt::format("row-{}/column-{}/{}", row % columns, column, what);
        if (cells.size() == 1) name = fmt::format("column-{}/{}", column, what);
        if (three) name = fmt::format("part-{}/{}", row / columns + 1, name);
        each.push_back({name, value, unit, direction, std::nullopt});
        if (row >= first) sample.values.push_back(value);
      }
    }
    if (sample.values.empty()) return;
    const Spread spread = spread_of(sample.values);
    measured.metrics.push_back({sample.metric, spread.median, unit, direction, spread});
    measured.metrics.insert(measured.metrics.end(), each.begin(), each.end());
    measured.method.emplace_back(
        "value", fmt::format("the median over the {} values of nvbandwidth's matrix{}; each is a "
                             "metric of its own",
                             sample.values.size(), three ? " of sums (the last of three)" : ""));
    measured.samples.push_back(std::move(sample));
  }

  void add_own(const std::string& name, CaseResult measured) {
    Case item;
    item.target = target("nvbandwidth", "tests of nvbandwidth that assay has no like of").id;
    item.workload = id_part(name);
    item.id = "nvbandwidth/" + item.workload;
    add_case(result_, ids_, std::move(item), std::move(measured));
  }

  void add_method() {
    auto& method = result_.method;
    method.emplace_back("bandwidth",
                        "bytes copied over the time of the copy: nvbandwidth's GB/s times 1e9, to "
                        "the six digits that it prints");
    method.emplace_back("copies between GPUs",
                        "under nvbandwidth's own names, by row and column: what it prints does not "
                        "tell for sure which way the data went");
    for (const char* name : {"CUDA Runtime Version", "Driver Version"}) {
      const auto found = root_.find(name);
      if (!found) continue;
      method.emplace_back(name,
                          found->is_text() ? found->text() : fmt::format("{}", found->whole()));
    }
    if (const auto warning = root_.find("warning")) {
      method.emplace_back("nvbandwidth warns", warning->text());
    }
    if (!error_.empty()) method.emplace_back("nvbandwidth's error", error_);
  }

  const ForeignNode root_;
  Result result_;
  UniqueIds ids_;
  std::string error_;
  std::string definition_;
  std::vector<PrimaryMetric> primary_;
  std::vector<std::string> names_;  // of the GPUs, by index
};

}  // namespace

Result import_nvbandwidth(std::string_view text, const ImportOptions& options) {
  const nlohmann::json json = parse_foreign(text);
  check_tool(json, "nvbandwidth");
  return NvbandwidthReader(ForeignNode(json, ""), text, options).read();
}

}  // namespace assay
