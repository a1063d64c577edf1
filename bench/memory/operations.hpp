#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernels/cpu/kernel_sets.hpp"

namespace assay {

/// The same `n` doubles of each array of an operation: array 0 is read or written, arrays 1 and 2
/// are only read. Unused pointers are null.
struct ArrayChunk {
  double* arrays[3] = {};
  std::size_t n = 0;
};

/// One bandwidth workload: which kernel of a set it runs, on how many arrays, how many bytes of an
/// element it reads and writes (reads for ownership not counted, as STREAM counts), and what is
/// true afterwards.
struct MemoryOperation {
  std::string_view name;
  std::uint32_t arrays;
  std::uint32_t bytes_per_element;
  double (*run)(const CpuKernelSet& set, const ArrayChunk& chunk);  // the sum, or 0 if it writes
  double (*written)(std::size_t i);  // what array 0 then holds, of period pattern_period; null for
                                     // an operation that only reads
  bool (*same)(const CpuKernelSet& a, const CpuKernelSet& b);  // both sets have the same kernel
};

/// read, write, copy, triad.
std::span<const MemoryOperation> memory_operations();

/// The operation of that name. Throws std::runtime_error naming the valid ones.
const MemoryOperation& find_memory_operation(std::string_view name);

/// Contents repeat after this many elements.
constexpr std::size_t pattern_period = 1024;

/// What element i of a chunk holds before an operation: integers below the period that differ
/// between arrays, so that sums and triads are exact in any order of addition, fused or not.
inline double initial_value(std::uint32_t array, std::size_t i) {
  return static_cast<double>((i + std::size_t{341} * array) % pattern_period);
}

/// The sum of the initial values of array 0 over n elements, in integers.
double initial_sum(std::size_t n);

}  // namespace assay
