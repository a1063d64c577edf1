#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/model/host.hpp"

namespace assay {

enum class Operation { read, write, mixed };
enum class Pattern { random, sequential };

/// What makes a write durable before the next one is issued: nothing, an fdatasync after each
/// write, or O_DSYNC on the open file.
enum class Durability { none, fdatasync, dsync };

/// When an I/O begins: when an earlier one of the queue has completed (closed loop), or at the
/// times of a schedule with constant or exponential intervals (open loop).
enum class Arrival { closed, constant, poisson };

/// What carries the I/O: io_uring, or pread/pwrite one at a time.
enum class Engine { io_uring, pread };

struct StorageParameters {
  Operation operation = Operation::read;
  Pattern pattern = Pattern::random;
  std::uint32_t block_size_bytes = 0;
  std::uint32_t queue_depth = 0;
  std::uint32_t read_percent = 100;  // of I/Os; only below 100 and above 0 when mixed
  Durability durability = Durability::none;
  Arrival arrival = Arrival::closed;
  double rate_per_s = 0;  // of an open loop; its queue_depth is the most I/Os in flight
  Engine engine = Engine::io_uring;
};

/// `kernel` is read, write, copy, triad or latency; `threads` = 0 means every CPU of the process.
struct MemoryParameters {
  std::string kernel;
  std::uint32_t threads = 1;
  std::uint64_t working_set_bytes = 0;  // all arrays together; 0 means chosen from the caches
};

/// `kernel` is read, write, copy, triad, host-to-device or device-to-host.
struct GpuParameters {
  std::string kernel;
  std::uint64_t array_bytes = 0;  // each array; 0 means chosen from the L2 cache and free memory
};

enum class TargetKind { file_system, regular_file, block_device, host_memory, gpu };

/// One thing that can be measured, chosen or refused, with the reason in words.
struct Target {
  std::string id;     // stable name within the Plan: "ebs-file", "instance-store-2", "host-memory"
  std::string label;  // for people: "/data (ext4 on nvme1n1)"
  TargetKind kind = TargetKind::file_system;
  DeviceClass device_class = DeviceClass::other;
  std::string path;    // directory, file or device node; empty for memory and GPUs
  std::string device;  // BlockDevice::name behind the path, empty when unknown
  bool chosen = false;
  std::string reason;
  std::uint64_t span_bytes = 0;  // bytes that offsets are drawn from: the test file, or the device
  std::string contents;          // what is read: "written by this run", "assumed written"
};

/// workload x target x parameters. Exactly one of storage, memory and gpu is set.
struct Case {
  std::string id;  // storage/instance-store/random-read/4k/qd32
  std::string workload;
  std::string target;  // Target::id
  double warm_up_s = 0;
  double duration_s = 0;
  bool required = true;
  std::string skip_reason;  // not empty: decided at planning time not to run it
  std::optional<StorageParameters> storage;
  std::optional<MemoryParameters> memory;
  std::optional<GpuParameters> gpu;
};

/// The ordered cases of one run.
struct Plan {
  std::string suite;
  std::string suite_sha256;  // of the case definitions before they are resolved to a host
  std::uint64_t seed = 0;
  double planned_s = 0;
  std::vector<Target> targets;
  std::vector<Case> cases;
};

/// The case or target with that id, or nullptr.
const Case* find_case(const Plan& plan, const std::string& id);
const Target* find_target(const Plan& plan, const std::string& id);

}  // namespace assay
