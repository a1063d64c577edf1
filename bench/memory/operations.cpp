#include "bench/memory/operations.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace assay {

namespace {

constexpr double written_value = 4099.5;  // never an initial value
constexpr double scalar = 3.0;            // as in STREAM

/// Whether sets have a kernel, and the same one, by the member that holds it.
template <auto kernel>
bool has(const CpuKernelSet& set) {
  return set.*kernel != nullptr;
}
template <auto kernel>
bool is_same(const CpuKernelSet& a, const CpuKernelSet& b) {
  return a.*kernel == b.*kernel;
}

double run_read(const CpuKernelSet& set, const ArrayChunk& c) { return set.read(c.arrays[0], c.n); }
double run_dot(const CpuKernelSet& set, const ArrayChunk& c) {
  return set.dot(c.arrays[0], c.arrays[1], c.n);
}
double run_write(const CpuKernelSet& set, const ArrayChunk& c) {
  set.write(c.arrays[0], written_value, c.n);
  return 0;
}
double run_fill(const CpuKernelSet& set, const ArrayChunk& c) {
  set.fill(c.arrays[0], written_value, c.n);
  return 0;
}
double run_copy(const CpuKernelSet& set, const ArrayChunk& c) {
  set.copy(c.arrays[0], c.arrays[1], c.n);
  return 0;
}
double run_scale(const CpuKernelSet& set, const ArrayChunk& c) {
  set.scale(c.arrays[0], c.arrays[1], scalar, c.n);
  return 0;
}
double run_add(const CpuKernelSet& set, const ArrayChunk& c) {
  set.add(c.arrays[0], c.arrays[1], c.arrays[2], c.n);
  return 0;
}
double run_triad(const CpuKernelSet& set, const ArrayChunk& c) {
  set.triad(c.arrays[0], c.arrays[1], c.arrays[2], scalar, c.n);
  return 0;
}

using Summand = double (*)(std::size_t i);

template <auto kernel>
constexpr MemoryOperation operation(std::string_view name, std::uint32_t arrays,
                                    std::uint32_t bytes_per_element,
                                    double (*run)(const CpuKernelSet&, const ArrayChunk&),
                                    Summand summand, Summand written) {
  return {name, arrays, bytes_per_element, has<kernel>, is_same<kernel>, run, summand, written};
}

constexpr std::array operations = {
    operation<&CpuKernels::read>(
        "read", 1, 8, run_read, [](std::size_t i) { return initial_value(0, i); }, nullptr),
    operation<&CpuKernels::dot>(
        "dot", 2, 16, run_dot,
        [](std::size_t i) { return initial_value(0, i) * initial_value(1, i); }, nullptr),
    operation<&CpuKernels::write>(
        "write", 1, 8, run_write, nullptr,
        [](std::size_t i) { return written_value + static_cast<double>(i % 8); }),
    operation<&CpuKernels::fill>("fill", 1, 8, run_fill, nullptr,
                                 [](std::size_t) { return written_value; }),
    operation<&CpuKernels::copy>("copy", 2, 16, run_copy, nullptr,
                                 [](std::size_t i) { return initial_value(1, i); }),
    operation<&CpuKernels::scale>("scale", 2, 16, run_scale, nullptr,
                                  [](std::size_t i) { return scalar * initial_value(1, i); }),
    operation<&CpuKernels::add>(
        "add", 3, 24, run_add, nullptr,
        [](std::size_t i) { return initial_value(1, i) + initial_value(2, i); }),
    operation<&CpuKernels::triad>(
        "triad", 3, 24, run_triad, nullptr,
        [](std::size_t i) { return initial_value(1, i) + scalar * initial_value(2, i); }),
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

double expected_sum(const MemoryOperation& operation, std::size_t n) {
  if (operation.summand == nullptr) return 0;
  std::uint64_t period = 0;
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < pattern_period; ++i) {
    const auto summand = static_cast<std::uint64_t>(operation.summand(i));
    period += summand;
    if (i < n % pattern_period) rest += summand;
  }
  const std::uint64_t sum = n / pattern_period * period + rest;
  return static_cast<double>(sum);
}

}  // namespace assay
