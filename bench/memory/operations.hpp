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
  bool (*available)(const CpuKernelSet& set);                       // the set has this kernel
  bool (*same)(const CpuKernelSet& a, const CpuKernelSet& b);       // both sets have the same one
  double (*run)(const CpuKernelSet& set, const ArrayChunk& chunk);  // the sum, or 0 if it writes
  double (*summand)(std::size_t i);  // what element i adds to that sum, of period pattern_period
  double (*written)(std::size_t i);  // what array 0 then holds, of period pattern_period; one of
                                     // the two is null
};

/// read, dot, write, fill, copy, scale, add, triad.
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

/// What an operation that only reads returns for n elements, added up in integers; 0 for others.
double expected_sum(const MemoryOperation& operation, std::size_t n);

}  // namespace assay
