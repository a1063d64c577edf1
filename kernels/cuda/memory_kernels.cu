#include <algorithm>
#include <stdexcept>

#include "kernels/cuda/error.cuh"
#include "kernels/cuda/memory_kernels.hpp"
#include "kernels/cuda/random_access.cuh"
#include "kernels/cuda/stream_table.cuh"

namespace assay {

extern template StreamEntry find_stream<F32>(GpuKernel kernel, const GpuVariant& variant);
extern template StreamEntry find_stream<F64>(GpuKernel kernel, const GpuVariant& variant);
extern template ExpectedSumsKernel find_expected_sums<F32>(GpuKernel kernel);
extern template ExpectedSumsKernel find_expected_sums<F64>(GpuKernel kernel);

namespace {

constexpr std::uint32_t utility_blocks = 1024;  // of kernels that are not measured

template <class E>
__global__ void fill_kernel(typename E::Bits* data, std::uint64_t elements, std::uint32_t seed) {
  for (std::uint64_t i = first_index(); i < elements; i += index_stride()) {
    data[i] = E::random(seed, i);
  }
}

template <class Word, class Expected>
__device__ void count_wrong(const Word* data, std::uint64_t count, Expected expected,
                            unsigned long long* wrong) {
  unsigned long long mine = 0;
  for (std::uint64_t i = first_index(); i < count; i += index_stride()) {
    mine += data[i] != expected(i);
  }
  if (mine != 0) atomicAdd(wrong, mine);
}

template <class Op, class E>
__global__ void count_wrong_kernel(GpuArrays arrays, unsigned long long* wrong) {
  count_wrong(
      static_cast<const typename E::Bits*>(arrays.c), arrays.elements,
      [&](std::uint64_t i) {
        return Op::template apply<E>(E::random(arrays.seed, i), E::random(arrays.seed + 1, i),
                                     arrays.seed, i);
      },
      wrong);
}

template <class E>
__global__ void count_changed_kernel(GpuArrays arrays, unsigned long long* wrong) {
  count_wrong(
      static_cast<const typename E::Bits*>(arrays.a), arrays.elements,
      [&](std::uint64_t i) { return E::random(arrays.seed, i); }, wrong);
}

__global__ void count_different_kernel(const std::uint64_t* sums, const std::uint64_t* expected,
                                       std::uint64_t count, unsigned long long* wrong) {
  count_wrong(
      sums, count, [&](std::uint64_t i) { return expected[i]; }, wrong);
}

__global__ void fill_ring_kernel(std::uint32_t* ring, std::uint32_t nodes, std::uint32_t seed) {
  for (std::uint64_t i = first_index(); i < nodes; i += index_stride()) {
    const auto position = static_cast<std::uint32_t>(i);
    ring[std::uint64_t{node_at(position, seed, nodes)} * chase_words_per_node] =
        next_word(position, seed, nodes);
  }
}

__global__ void chase_kernel(const std::uint32_t* ring, std::uint32_t begin, std::uint64_t steps,
                             std::uint32_t seed, std::uint32_t nodes, std::uint32_t* end) {
  std::uint32_t word = node_at(begin, seed, nodes) * chase_words_per_node;
#pragma unroll 16
  for (std::uint64_t i = 0; i < steps; ++i) word = __ldcg(ring + word);
  *end = word;
}

__global__ void count_chase_wrong_kernel(const std::uint32_t* ring, std::uint32_t nodes,
                                         std::uint32_t last, std::uint64_t steps,
                                         std::uint32_t seed, const std::uint32_t* end,
                                         unsigned long long* wrong) {
  unsigned long long mine = 0;
  for (std::uint64_t i = first_index(); i < nodes; i += index_stride()) {
    // From where the next launch begins: what this check leaves in the cache lies just behind it,
    // and is visited last.
    const auto position = static_cast<std::uint32_t>((last + i) & (nodes - 1));
    mine += ring[std::uint64_t{node_at(position, seed, nodes)} * chase_words_per_node] !=
            next_word(position, seed, nodes);
  }
  if (first_index() == 0 && *end != node_at(last, seed, nodes) * chase_words_per_node) {
    mine += steps;
  }
  if (mine != 0) atomicAdd(wrong, mine);
}

template <class E>
StreamKernel gather_of(std::uint32_t unroll) {
  switch (unroll) {
    case 1:
      return gather_kernel<E, 1>;
    case 2:
      return gather_kernel<E, 2>;
    case 4:
      return gather_kernel<E, 4>;
    case 8:
      return gather_kernel<E, 8>;
    default:
      return nullptr;
  }
}

StreamEntry entry_of(GpuKernel kernel, GpuElement element, const GpuVariant& variant) {
  StreamEntry entry;
  if (kernel == GpuKernel::gather) {
    entry.kernel = element == GpuElement::f64 ? gather_of<F64>(variant.unroll)
                                              : gather_of<F32>(variant.unroll);
  } else {
    entry = element == GpuElement::f64 ? find_stream<F64>(kernel, variant)
                                       : find_stream<F32>(kernel, variant);
  }
  if (entry.kernel == nullptr) throw std::logic_error("a GPU kernel without such a variant");
  return entry;
}

template <class E>
void count_wrong_of(GpuKernel kernel, const GpuArrays& arrays, unsigned long long* wrong) {
  const auto launch = [&](auto operation) {
    count_wrong_kernel<decltype(operation), E>
        <<<utility_blocks, gpu_threads_per_block>>>(arrays, wrong);
  };
  if (kernel == GpuKernel::write) launch(Write{});
  if (kernel == GpuKernel::copy) launch(Copy{});
  if (kernel == GpuKernel::scale) launch(Scale{});
  if (kernel == GpuKernel::add) launch(Add{});
  if (kernel == GpuKernel::triad) launch(Triad{});
}

/// Calls launch with a value of the element's type.
template <class Launch>
void with_element(GpuElement element, Launch launch) {
  if (element == GpuElement::f64) return launch(F64{});
  launch(F32{});
}

}  // namespace

GpuGrid grid_of(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                std::uint64_t elements, std::uint32_t multiprocessors) {
  const StreamEntry entry = entry_of(kernel, element, variant);
  if (entry.shared_bytes != 0) {
    check_cuda(cudaFuncSetAttribute(reinterpret_cast<const void*>(entry.kernel),
                                    cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(entry.shared_bytes)),
               "ask for shared memory");
  }
  int blocks = 0;
  check_cuda(cudaOccupancyMaxActiveBlocksPerMultiprocessor(
                 &blocks, entry.kernel, int{gpu_threads_per_block}, entry.shared_bytes),
             "ask how many blocks fit a multiprocessor");
  const std::uint64_t width =
      kernel == GpuKernel::gather ? element_bytes(element) : variant.width_bytes;
  const std::uint64_t tile =
      gpu_threads_per_block * variant.unroll * (width / element_bytes(element));
  const std::uint64_t tiles = std::max<std::uint64_t>((elements + tile - 1) / tile, 1);
  const std::uint64_t fitting = std::uint64_t{multiprocessors} * std::max(blocks, 1);
  const bool one_shot = variant.schedule == GpuSchedule::one_shot;
  return {static_cast<std::uint32_t>(one_shot ? tiles : std::min(tiles, fitting)),
          entry.shared_bytes};
}

void launch_kernel(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                   const GpuArrays& arrays, const GpuGrid& grid, void* stream) {
  entry_of(kernel, element, variant)
      .kernel<<<grid.blocks, gpu_threads_per_block, grid.shared_bytes,
                static_cast<cudaStream_t>(stream)>>>(arrays);
}

void launch_expected_sums(GpuKernel kernel, GpuElement element, const GpuVariant& variant,
                          const GpuArrays& arrays, const GpuGrid& grid) {
  const int lanes = static_cast<int>(variant.width_bytes / element_bytes(element));
  if (kernel == GpuKernel::gather) {
    with_element(element, [&](auto e) {
      expected_gather_kernel<decltype(e)><<<grid.blocks, gpu_threads_per_block>>>(arrays);
    });
    return;
  }
  const ExpectedSumsKernel expected = element == GpuElement::f64 ? find_expected_sums<F64>(kernel)
                                                                 : find_expected_sums<F32>(kernel);
  expected<<<grid.blocks, gpu_threads_per_block>>>(arrays, lanes, variant.unroll);
}

void launch_fill_random(GpuElement element, void* data, std::uint64_t elements,
                        std::uint32_t seed) {
  with_element(element, [&](auto e) {
    using E = decltype(e);
    fill_kernel<E><<<utility_blocks, gpu_threads_per_block>>>(static_cast<typename E::Bits*>(data),
                                                              elements, seed);
  });
}

void launch_count_changed(GpuElement element, const GpuArrays& arrays, unsigned long long* wrong) {
  with_element(element, [&](auto e) {
    count_changed_kernel<decltype(e)><<<utility_blocks, gpu_threads_per_block>>>(arrays, wrong);
  });
}

void launch_count_wrong(GpuKernel kernel, GpuElement element, const GpuArrays& arrays,
                        unsigned long long* wrong) {
  with_element(element, [&](auto e) { count_wrong_of<decltype(e)>(kernel, arrays, wrong); });
}

void launch_count_different(const std::uint64_t* sums, const std::uint64_t* expected,
                            std::uint64_t count, unsigned long long* wrong) {
  count_different_kernel<<<utility_blocks, gpu_threads_per_block>>>(sums, expected, count, wrong);
}

void launch_fill_ring(std::uint32_t* ring, std::uint32_t nodes, std::uint32_t seed) {
  fill_ring_kernel<<<utility_blocks, gpu_threads_per_block>>>(ring, nodes, seed);
}

void launch_chase(const std::uint32_t* ring, std::uint32_t begin, std::uint64_t steps,
                  std::uint32_t seed, std::uint32_t nodes, std::uint32_t* end) {
  chase_kernel<<<1, 1>>>(ring, begin, steps, seed, nodes, end);
}

void launch_count_chase_wrong(const std::uint32_t* ring, std::uint32_t nodes, std::uint32_t last,
                              std::uint64_t steps, std::uint32_t seed, const std::uint32_t* end,
                              unsigned long long* wrong) {
  count_chase_wrong_kernel<<<utility_blocks, gpu_threads_per_block>>>(ring, nodes, last, steps,
                                                                      seed, end, wrong);
}

}  // namespace assay
