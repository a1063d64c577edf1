#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What a requirement is about. The first two are storage of that class; `memory` and `gpu_memory`
/// have a bandwidth and a capacity.
enum class NeedSubject { instance_store, ebs, memory, gpu_memory, vcpus, gpus };

/// What of it is counted, in I/Os a second, bytes a second, bytes, or pieces.
enum class NeedQuantity { iops, bytes_per_s, bytes, count };

enum class BurstRule { refused, accepted };

/// One requirement: an amount in total over all instances, for storage under a limit of latency
/// that each instance keeps.
struct Requirement {
  std::string text;  // as it was written
  NeedSubject subject = NeedSubject::instance_store;
  NeedQuantity quantity = NeedQuantity::iops;
  std::string workload;                      // of storage: "random-read"
  std::optional<std::uint32_t> block_bytes;  // of storage; empty: any size
  double amount = 0;
  std::string latency_metric;  // "latency/p99"; empty: no limit
  double latency_ns_max = 0;
  BurstRule burst = BurstRule::refused;  // of EBS: whether 30 minutes of it are enough
};

/// A mistake in a need; what() has the text with a mark under the column (from 1) and what is
/// allowed there.
class NeedError : public std::runtime_error {
 public:
  NeedError(std::string_view need, std::size_t column, const std::string& what);
  std::size_t column() const { return column_; }

 private:
  std::size_t column_;
};

/// Requirements with ';' between them:
///   instance-store|ebs WORKLOAD[/SIZE] iops|GB/s|MB/s >= AMOUNT [at p50|p90|p99|p99.9 <= TIME]
///   [burst ok]; memory GiB|GB/s >= AMOUNT; gpu-memory GB/s|GiB >= AMOUNT; vcpus|gpus >= AMOUNT
/// WORKLOAD: random-read, random-write, seq-read, seq-write; AMOUNT with k or M. Throws NeedError.
std::vector<Requirement> parse_need(std::string_view need);

}  // namespace assay
