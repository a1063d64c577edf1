#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/plan.hpp"
#include "runners/discovery/path_facts.hpp"
#include "runners/plan/options.hpp"
#include "runners/plan/suite.hpp"

namespace assay {

/// A path to measure and how it came to be one. `named` is false for the default and for the
/// members of a class: refusing those is told in the Plan and is not the user's mistake.
struct TargetRequest {
  std::string text;  // as the user typed it
  std::string path;
  bool named = true;
  std::string why;            // "named by --target", "instance store device of this host"
  std::uint32_t sharers = 1;  // directories among the targets that are on this one's file system
};

/// The paths behind --target values: paths stay, a class becomes its devices (a mounted one becomes
/// its largest mount point), nothing becomes `working_directory`. Throws UsageError for a class
/// that this host has no device of.
std::vector<TargetRequest> expand_targets(const Host& host, const std::vector<std::string>& targets,
                                          const std::string& working_directory);

/// Free space that one test file may take, in whole MiB: a fifth, of which each of `sharers` on one
/// file system has its part.
std::uint64_t test_file_bytes_max(std::uint64_t available_bytes, std::uint32_t sharers = 1);

/// How much a suite wants to measure on.
struct WantedSpans {
  std::uint64_t file_bytes = 0;    // of a test file
  std::uint64_t device_bytes = 0;  // of a device that may be overwritten
  double unwritten_percent = 0;    // of such a device, left unwritten at its end
};
WantedSpans wanted_spans(const Suite& suite);

/// Decides about one request from what inspect_path found. The id is that of the first of its kind;
/// number_targets makes ids unique. `wanted` is the suite's, options.size_bytes what the
/// user insists on. Pure; all safety rules for storage targets are here and in
/// write_rules.
Target resolve_target(const Host& host, const TargetRequest& request, const PathFacts& facts,
                      const WantedSpans& wanted, const RunOptions& options);

/// Appends -2, -3, ... to ids that occur again, and refuses a target whose path occurred before, or
/// whose disk is overwritten as another target already.
void number_targets(std::vector<Target>& targets);

/// Why a device (whole disk, dm or md) must be left alone: mounted, held, swap, on itself or on a
/// partition. Empty when it is free.
std::string device_in_use(const BlockDevice& device);

}  // namespace assay
