#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// One row of the table of key metrics: a case's rate (or load latency) with its spread, and the
/// percentiles of its latencies in ns where the case has them.
struct KeyMetric {
  std::string target;
  std::string case_id;
  std::string measurement;  // "random read 4k, queue depth 32 (knee)"
  Metric value;             // iops, bandwidth or latency/load
  std::optional<double> latency_ns_p50;
  std::optional<double> latency_ns_p99;
  std::optional<double> latency_ns_p999;
  std::uint64_t ios = 0;  // behind the percentiles; 0 where there are none
  bool flagged = false;   // the case has warnings
  std::string limit;      // what bound it, in words; empty where that is not known
};

/// The rows a reader decides on, in the Plan's order of targets: for each storage target random
/// reads and writes at the lowest depth, the knee and the peak, then mixed, commits, sequential
/// and the highest rate that an open loop reached of several; for memory and GPUs every bandwidth
/// and latency. Only cases that ended ok.
std::vector<KeyMetric> key_metrics(const Result& result);

/// "15.7 to 16.7 k IOPS": the range with its unit once where both ends share it; empty for fewer
/// than two samples.
std::string range_text(const Spread& spread, const std::string& unit);

/// The table's headings and a row's cells as text, for every format: "-" where there is nothing.
const std::vector<std::string>& key_metric_headings();
std::vector<std::string> key_metric_cells(const KeyMetric& row);

}  // namespace assay
