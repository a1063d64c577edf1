#include "bench/memory/operations.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace assay {

namespace {

constexpr double written_value = 4099.5;  // never an initial value
constexpr double scalar = 3.0;            // as in STREAM

constexpr std::array operations = {
    MemoryOperation{
        "read", 1, 8,
        [](const CpuKernelSet& set, const ArrayChunk& c) { return set.read(c.arrays[0], c.n); },
        nullptr, [](const CpuKernelSet& a, const CpuKernelSet& b) { return a.read == b.read; }},
    MemoryOperation{
        "write", 1, 8,
        [](const CpuKernelSet& set, const ArrayChunk& c) {
          set.write(c.arrays[0], written_value, c.n);
          return 0.0;
        },
        [](std::size_t) { return written_value; },
        [](const CpuKernelSet& a, const CpuKernelSet& b) { return a.write == b.write; }},
    MemoryOperation{"copy", 2, 16,
                    [](const CpuKernelSet& set, const ArrayChunk& c) {
                      set.copy(c.arrays[0], c.arrays[1], c.n);
                      return 0.0;
                    },
                    [](std::size_t i) { return initial_value(1, i); },
                    [](const CpuKernelSet& a, const CpuKernelSet& b) { return a.copy == b.copy; }},
    MemoryOperation{
        "triad", 3, 24,
        [](const CpuKernelSet& set, const ArrayChunk& c) {
          set.triad(c.arrays[0], c.arrays[1], c.arrays[2], scalar, c.n);
          return 0.0;
        },
        [](std::size_t i) { return initial_value(1, i) + scalar * initial_value(2, i); },
        [](const CpuKernelSet& a, const CpuKernelSet& b) { return a.triad == b.triad; }},
};

}  // namespace

std::span<const MemoryOperation> memory_operations() { return operations; }

const MemoryOperation& find_memory_operation(std::string_view name) {
  std::string valid;
  for (const MemoryOperation& operation : operations) {
    if (operation.name == name) return operation;
    valid += fmt::format("{}, ", operation.name);
  }
  throw std::runtime_error(
      fmt::format("unknown memory kernel '{}': use {}or latency", name, valid));
}

double initial_sum(std::size_t n) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<std::uint64_t>(initial_value(0, i));
  return static_cast<double>(sum);
}

}  // namespace assay
