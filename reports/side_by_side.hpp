#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// One side: a case that ended ok on an EBS volume, or on an instance store.
struct Side {
  const Target* target = nullptr;
  const Case* item = nullptr;
  const CaseResult* measured = nullptr;
  double iops = 0;
  double bandwidth = 0;
  std::optional<double> latency_ns_p50;
  std::optional<double> latency_ns_p99;
};

/// The same case on both. Ratios are instance store / EBS; empty where a side has no value.
struct SidePair {
  Side ebs;
  Side store;
  double rate_ratio = 0;  // IOPS, and bytes a second: the block size is the same
  std::optional<double> p50_ratio;
  std::optional<double> p99_ratio;
};

/// Cases with equal parameters (but for threads) on both classes, in the Plan's order. All at once
/// stands against all at once where both classes have several targets; otherwise one target against
/// one, the same two in every row: of several that with the most cases, then that which was the
/// slowest in the most. A file stands against a file and a device against a device where there are
/// both, else against each other.
std::vector<SidePair> side_by_side(const Result& result);

/// "ebs-file against instance-store-file", with the members that the slowest really were.
std::string pair_text(const Result& result, const SidePair& pair);

/// The table's headings and a pair's cells, for every format.
const std::vector<std::string>& side_headings();
std::vector<std::string> side_cells(const SidePair& pair);

}  // namespace assay
