#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/host.hpp"

namespace assay {

enum class Operation { read, write, mixed };

/// Where the next I/O goes: anywhere with equal chance, to the following block, to few blocks far
/// more often than to the others (Zipf's law), or to each block of the range exactly once in random
/// order and then again in another order.
enum class Pattern { random, sequential, zipf, full_coverage };

/// What makes a write durable before the next one is issued: nothing, an fdatasync after each
/// write, or O_DSYNC on the open file.
enum class Durability { none, fdatasync, dsync };

/// When an I/O begins: when an earlier one of the queue has completed (closed loop), or at the
/// times of a schedule with constant or exponential intervals (open loop).
enum class Arrival { closed, constant, poisson };

/// What carries the I/O: io_uring, pread/pwrite one at a time, or NVMe commands sent through
/// io_uring to the device's character node (no block layer). libaio and `other` are there only in
/// what another tool measured: assay has no such engine.
enum class Engine { io_uring, pread, nvme_passthrough, libaio, other };

/// One block size of a mix and how many of 100 I/Os have it.
struct SizeShare {
  std::uint32_t block_size_bytes = 0;
  std::uint32_t percent = 0;
};

struct StorageParameters {
  Operation operation = Operation::read;
  Pattern pattern = Pattern::random;
  std::uint32_t block_size_bytes = 0;
  std::uint32_t queue_depth = 0;
  std::uint32_t read_percent = 100;  // of I/Os; only below 100 and above 0 when mixed
  Durability durability = Durability::none;
  Arrival arrival = Arrival::closed;
  /// Of an open loop, of each member of a set; its queue_depth is the most I/Os in flight.
  double rate_per_s = 0;
  Engine engine = Engine::io_uring;
  double rate_percent = 0;    // of the highest rate found by closed loops of the same I/O; else 0
  std::uint32_t threads = 1;  // per device; they share the queue depth
  double zipf_theta = 0;      // of pattern zipf: the k-th hottest block is hit k^-theta as often
  std::uint32_t streams = 1;  // of pattern sequential: each in its own part of the range
  double range_begin_percent = 0;  // of the target's span
  double range_end_percent = 100;
  std::uint32_t alignment_bytes = 0;  // of offsets; 0: the block size
  std::vector<SizeShare> block_mix =
      {};               // empty: every I/O has block_size_bytes, the largest of a mix
  bool direct = true;   // O_DIRECT; false goes through the page cache
  bool iopoll = false;  // completions are polled for (IORING_SETUP_IOPOLL)
  bool sqpoll = false;  // a kernel thread submits (IORING_SETUP_SQPOLL)
  bool verify = false;  // blocks carry headers, every read is checked
  /// From 1, of an open loop whose rate_percent the run chooses: the n-th of an adaptive grid.
  std::optional<std::uint32_t> rate_refinement = {};
};

/// Ends a case when the 95 % confidence interval of the median rate of its ticks is at most this
/// wide, in percent of the median, but not before minimum_s; Case::duration_s is the maximum.
struct ConfidenceRule {
  double width_percent = 0;
  double minimum_s = 0;
};

/// SNIA's steady state (Solid State Storage Performance Test Specification 2.0.1): over the last
/// five rounds the rate ranges over at most 20 % of its mean and a straight line through it rises
/// or falls by at most 10 %. Only those five rounds count; after rounds_max without it the case
/// says so.
struct SteadyStateRule {
  double round_s = 60;
  std::uint32_t rounds_max = 25;
};

/// Pages behind the memory that is measured: 2 MiB ones, asked for with madvise, or none of them.
enum class MemoryPages { huge, small };

/// `kernel` is read, dot, write, fill, copy, scale, add, triad, latency or loaded-latency. The
/// threads run on the CPUs of `cpu_node`, or of the L3 domain, where one is named; the memory is on
/// `memory_node`, or else where the thread that uses it first touches it.
struct MemoryParameters {
  std::string kernel;
  std::uint32_t threads = 1;            // 0 means every CPU that may be used
  std::uint64_t working_set_bytes = 0;  // all arrays together; 0 means chosen from the caches
  double memory_percent = 0;  // of available memory, instead of working_set_bytes; 0: not so
  MemoryPages pages = MemoryPages::huge;
  std::optional<std::uint32_t> cpu_node = {};
  std::optional<std::uint32_t> memory_node = {};
  std::optional<std::uint32_t> l3_domain = {};  // in the order of its CPUs, from 0
};

/// What the elements of a GPU's arrays are.
enum class ElementType { f32, f64 };

/// Host memory of a transfer: page-locked, or as malloc gives it.
enum class HostBuffer { pinned, pageable };

/// What moves the data of a transfer: a copy engine, or a kernel on the multiprocessors.
enum class Mover { copy_engine, multiprocessors };

/// `kernel` is read, write, copy, scale, add, triad, dot, gather or chase (device memory);
/// host-to-device, device-to-host or bidirectional (host link); peer-copy or peer-latency (from the
/// target to another GPU).
struct GpuParameters {
  std::string kernel;
  std::uint64_t array_bytes = 0;  // each array; 0 means chosen from the L2 cache and free memory
  ElementType element = ElementType::f32;
  HostBuffer host_buffer = HostBuffer::pinned;
  Mover mover = Mover::copy_engine;
  std::optional<std::uint32_t> numa_node = {};  // of the host buffer; empty: left to the kernel
  std::optional<std::uint32_t> peer = {};       // CUDA index of the other GPU
};

/// How a pipeline asks for its data: by io_uring through page-locked buffers of the host, from
/// which and to which the GPU copies; or by NVIDIA's cuFile (GPUDirect Storage), which chooses by
/// itself between DMA from drive to GPU and host memory: the method of the result says what it did.
enum class PipelinePath { bounce, cufile };

/// Data on its way between storage and GPUs: `read` goes from storage to the GPUs, `write` from the
/// GPUs to storage. Each drive has `buffers` of `block_size_bytes`, each either at the drive or on
/// its way to or from the GPU; with cuFile each has a thread with one call in flight.
struct PipelineParameters {
  Operation operation = Operation::read;
  std::uint32_t block_size_bytes = 0;
  std::uint32_t buffers = 1;
  std::vector<std::uint32_t> gpus;  // CUDA index, of the target or of each of its members in turn
  std::optional<PipelinePath> path = {};  // absent: bounce, as in Results of older versions
};

inline bool is_cufile(const PipelineParameters& pipeline) {
  return pipeline.path == PipelinePath::cufile;
}

/// `target_set`: all members at once; `slowest_of_set`: the member that was slowest in the cases
/// that every member ran before; `program`: the code that foreign benchmarks time.
enum class TargetKind {
  file_system,
  regular_file,
  block_device,
  target_set,
  slowest_of_set,
  host_memory,
  gpu,
  program
};

/// Leave to overwrite a block device: who gave it, and what is lost by it.
struct Overwrite {
  std::string model;
  std::uint64_t device_bytes = 0;     // of the whole device; span_bytes of it are overwritten
  std::string permission;             // the --allow-write value that names the device
  std::vector<std::string> destroys;  // what --force-destroy gives up, each beginning with its type
};

/// One thing that can be measured, chosen or refused, with the reason in words.
struct Target {
  std::string id;     // stable name within the Plan: "ebs-file", "instance-store-2", "host-memory"
  std::string label;  // for people: "/data (ext4 on nvme1n1)"
  TargetKind kind = TargetKind::file_system;
  DeviceClass device_class = DeviceClass::other;
  std::string path;    // directory, file or device node; empty for memory and GPUs
  std::string device;  // BlockDevice::name behind the path, empty when unknown
  std::string serial;  // of that device, "loop:FILE" for a loop device, empty when it has none
  bool chosen = false;
  std::string reason;
  std::uint64_t span_bytes = 0;  // bytes that offsets are drawn from: the test file, or the device
  std::string contents;          // what is read: "written by this run", "assumed written"
  std::vector<std::string> members;        // Target::id of each; sets only
  std::optional<std::uint32_t> numa_node;  // that the device is attached to, where known
  std::optional<Overwrite> overwrite;      // only then is anything written to a block device
};

/// workload x target x parameters. Exactly one of storage, memory, gpu and pipeline is set, or none
/// in a case of another tool that assay has no parameters for.
struct Case {
  std::string id;  // storage/instance-store/random-read/4k/qd32
  std::string workload;
  std::string target;  // Target::id
  double warm_up_s = 0;
  double duration_s = 0;
  bool required = true;
  std::uint32_t priority = 1;  // at the cap on time, the highest numbers are dropped first
  bool precondition = false;   // brings the target into the state to be measured
  std::string skip_reason;     // not empty: decided at planning time not to run it
  std::optional<ConfidenceRule> confidence;
  std::optional<SteadyStateRule> steady_state;
  std::optional<StorageParameters> storage;
  std::optional<MemoryParameters> memory;
  std::optional<GpuParameters> gpu;
  std::optional<PipelineParameters> pipeline;
};

/// Whether a case needs its target, or that target's members, opened and filled.
inline bool uses_storage(const Case& item) { return item.storage || item.pipeline; }

/// A metric that its suite declares decisive before anything is measured: only these get a verdict
/// when Results are compared. `cases` is a glob on case ids; where it matches several cases of one
/// Result, the worst of them counts.
struct PrimaryMetric {
  std::string cases;
  std::string metric;
};

constexpr std::size_t primary_metrics_max = 10;

/// What a machine is bought for, which decides the suite that it gets when nobody names one.
enum class HostClass { general, storage, gpu, high_memory, hpc };

/// The ordered cases of one run.
struct Plan {
  std::string suite;
  HostClass host_class = HostClass::general;
  std::string class_reason;  // why it is of that class
  std::string suite_sha256;  // of the case definitions before they are resolved to a host
  std::uint64_t seed = 0;
  double planned_s = 0;
  double cap_s = 0;  // what does not fit in this time was dropped; 0: no cap
  std::uint32_t rounds =
      1;  // each storage case is measured in that many parts, spread over the run
  bool random_order = false;  // of the storage cases of a round, from the seed
  std::optional<std::vector<PrimaryMetric>> primary;  // absent in Results of older versions
  std::vector<Target> targets;
  std::vector<Case> cases;
};

/// The case or target with that id, or nullptr.
const Case* find_case(const Plan& plan, const std::string& id);
const Target* find_target(const Plan& plan, const std::string& id);

}  // namespace assay
