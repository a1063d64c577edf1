#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/workload.hpp"

namespace assay {

/// Which targets of a class a storage row is measured on: each of them, all at once, or the one
/// that was slowest in the cases that each ran.
enum class DeviceUse { each, all, slowest };

/// What a table of a suite says about storage alone. Lists multiply; an empty list is one value,
/// the default.
struct StorageRow {
  std::vector<std::uint64_t> block_sizes;  // bytes
  std::vector<SizeShare> block_mix;        // instead of block sizes
  std::vector<std::uint32_t> queue_depths;
  std::vector<std::uint32_t> read_percents;  // of mixed workloads
  Arrival arrival = Arrival::closed;
  std::vector<double> rates_per_s;    // of an open loop
  std::vector<double> rate_percents;  // of the highest rate this run found for the same I/O
  std::uint32_t refine = 0;  // that many rates more, where the run finds that latency changes most
  Engine engine = Engine::io_uring;
  std::vector<std::uint32_t> threads;  // a device; 0: chosen from the host
  std::vector<double> zipf_thetas;
  std::uint32_t streams = 1;
  double range_begin_percent = 0;
  double range_end_percent = 100;
  std::uint32_t alignment_bytes = 0;
  bool direct = true;
  bool iopoll = false;
  bool sqpoll = false;
  bool verify = false;
  bool precondition = false;  // brings the target into the state to be measured, before all else
  DeviceUse devices = DeviceUse::each;
};

/// What a table of a suite says about GPUs alone.
struct GpuRow {
  std::vector<std::uint64_t> array_sizes;  // bytes of each array; 0: chosen from the GPU
  std::vector<ElementType> elements;
  std::vector<HostBuffer> host_buffers;  // of transfers with the host
  std::vector<Mover> movers;             // of transfers
  bool each_numa_node = false;           // a case for a host buffer on each NUMA node
  bool all_gpus = false;                 // all GPUs at once instead of each
};

/// What a table of a suite says about pipelines alone. Lists multiply.
struct PipelineRow {
  std::vector<std::uint32_t> block_sizes;  // bytes
  std::vector<std::uint32_t> buffers;      // of each drive
  std::vector<PipelinePath> paths{PipelinePath::bounce};
  DeviceUse devices = DeviceUse::each;  // or all
};

/// Which NUMA nodes a memory row binds threads and memory to: none, or every node with CPUs against
/// every node with memory.
enum class NodeUse { unbound, each_pair };

/// What a table of a suite says about host memory alone. Lists multiply.
struct MemoryRow {
  std::vector<std::uint32_t> threads;       // 0 is all
  bool thread_sweep = false;                // 1, 2, 4, ... all
  bool each_l3 = false;                     // all CPUs of one L3 domain, for each of them
  std::vector<std::uint64_t> working_sets;  // bytes; 0 is chosen from the caches
  std::vector<double> memory_percents;      // working sets as shares of available memory
  bool working_set_sweep = false;           // from within L1 to beyond the last cache
  std::vector<MemoryPages> pages;
  NodeUse nodes = NodeUse::unbound;
};

/// One table of a suite: every combination of its lists is a case.
struct SuiteRow {
  Family family = Family::storage;
  std::vector<const Workload*> workloads;
  StorageRow storage;
  MemoryRow memory;
  GpuRow gpu;
  PipelineRow pipeline;
  std::optional<double> duration_s;  // instead of the suite's
  std::optional<ConfidenceRule> confidence;
  std::optional<SteadyStateRule> steady_state;
  std::uint32_t priority = 1;
  bool required = true;
};

/// A named list of workloads with its methodology.
struct Suite {
  std::string name;
  std::string description;
  double warm_up_s = 0;
  double duration_s = 0;
  double cap_s = 0;  // of the whole run; 0: none
  std::uint32_t rounds = 1;
  bool random_order = false;
  std::uint64_t file_size_bytes = 0;    // of a test file
  std::uint64_t device_span_bytes = 0;  // of a device that may be overwritten; 0: as a file
  double unwritten_percent = 0;         // of such a device, left unwritten
  std::vector<PrimaryMetric> primary;   // at most primary_metrics_max
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
