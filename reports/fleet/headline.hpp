#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/fleet/run_summary.hpp"

namespace assay {

/// One number by which instance types are compared: which cases it is taken from, and which of
/// their metrics.
struct HeadlineMetric {
  std::string_view id;      // "instance-store-read"
  std::string_view name;    // for headings: "Instance store, random read"
  std::string_view detail;  // how it is taken
  std::string_view unit;    // as in Metric
  std::string_view metric;
  Direction direction = Direction::higher_is_better;
  /// How well a case suits: 0 not at all, else the larger the better.
  int (*suits)(const CaseSummary& item) = nullptr;
};

/// How well a case suits as the reads of one GPU, and of its memory: small arrays are read from the
/// cache.
int gpu_read(const CaseSummary& item);

/// THE list, in the order in which they are shown.
const std::vector<HeadlineMetric>& headlines();

/// A headline's value of one run.
struct HeadlineValue {
  double value = 0;
  std::string case_id;
  std::uint32_t devices = 1;           // that it was measured on at once
  std::uint32_t untold_devices = 0;    // of these, not of the volumes in the launcher's note
  std::uint32_t block_size_bytes = 0;  // of storage
  double elapsed_s = 0;
  bool lasting = false;  // of EBS: what remains after its burst
  bool burst = false;    // of rates: latencies of one I/O at a time do not run into the limit
  std::optional<LimitKind> limit;
};

/// The value of the cases that suit best. Of each target the best case counts (of latencies the
/// only one, at one depth); of several targets those with the most devices, of these those without
/// the volume that the machine boots from, and of these the worst: a slow disk is not hidden by its
/// neighbours. Empty where no such case ended ok.
std::optional<HeadlineValue> headline_value(const RunSummary& run, const HeadlineMetric& headline);

}  // namespace assay
