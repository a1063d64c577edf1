#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/workload.hpp"

namespace assay {

/// One table of a suite: every combination of its lists is a case.
struct SuiteRow {
  Family family = Family::storage;
  std::vector<const Workload*> workloads;
  std::vector<std::uint64_t> block_sizes;   // bytes; storage only
  std::vector<std::uint32_t> queue_depths;  // storage only
  Arrival arrival = Arrival::closed;        // storage only
  Engine engine = Engine::io_uring;         // storage only
  std::vector<double> rates_per_s;          // storage only, of an open loop
  std::vector<std::uint32_t> threads;       // memory only; 0 is all
  std::uint64_t working_set_bytes = 0;      // memory only; 0 is chosen from the caches
  std::optional<double> duration_s;         // instead of the suite's
  bool required = true;
};

/// A named list of workloads with its methodology.
struct Suite {
  std::string name;
  std::string description;
  double warm_up_s = 0;
  double duration_s = 0;
  std::uint64_t file_size_bytes = 0;
  std::vector<SuiteRow> rows;
};

/// Parses a suite in TOML. `origin` (a file name) stands in messages. Throws UsageError with
/// origin, line and column, what is wrong and what is allowed; unknown keys and words come with the
/// nearest known one.
Suite parse_suite(std::string_view toml_text, const std::string& origin);

/// A suite by name, or from a file when the name ends in ".toml". Throws UsageError.
Suite load_suite(const std::string& name_or_file);

/// SHA-256 of the case definitions in a canonical text, before they are resolved to a host: equal
/// for suites that differ only in comments, layout, name or description.
std::string suite_sha256(const Suite& suite);

}  // namespace assay
