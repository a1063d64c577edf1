#pragma once

#include <cstdint>

#include "kernels/cuda/stream.cuh"

// Kernels that keep gpu_stages tiles of 16-byte vectors in flight to shared memory. They compile
// for every architecture and do nothing on those that lack the instructions, where no variant asks
// for them.
namespace assay {

template <class E>
using StagedVector = Vector<E, 16 / sizeof(typename E::Bits)>;

/// Bytes of dynamic shared memory: tiles of all stages and arrays, then an mbarrier for each stage.
template <class Op, int unroll>
constexpr std::uint32_t staged_bytes = gpu_stages*(Op::inputs* unroll* gpu_threads_per_block * 16 +
                                                   sizeof(std::uint64_t));

__device__ inline std::uint32_t shared_address(const void* pointer) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// The tile of `stage` and array `input`.
template <class Op, class E, int unroll>
__device__ StagedVector<E>* staged_tile(std::uint32_t stage, int input) {
  extern __shared__ uint4 staged[];
  return reinterpret_cast<StagedVector<E>*>(staged) +
         (stage * Op::inputs + input) * unroll * threads;
}

template <class Op, class E, int unroll>
__device__ void consume_tile(Consumer<Op, E, 16 / sizeof(typename E::Bits)>& consume,
                             std::uint32_t stage, std::uint64_t first, std::uint64_t vectors) {
  const StagedVector<E>* const a = staged_tile<Op, E, unroll>(stage, 0) + threadIdx.x;
  const StagedVector<E>* const b = staged_tile<Op, E, unroll>(stage, Op::inputs - 1) + threadIdx.x;
#pragma unroll
  for (int k = 0; k < unroll; ++k) {
    const std::uint64_t i = first + threadIdx.x + k * threads;
    if (i < vectors) consume(i, a[k * threads], b[k * threads]);
  }
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
template <class Op, class E, int unroll>
__device__ void issue_async(const GpuArrays& arrays, std::uint32_t stage, std::uint64_t first,
                            std::uint64_t vectors) {
#pragma unroll
  for (int input = 0; input < Op::inputs; ++input) {
    const auto* const source =
        static_cast<const StagedVector<E>*>(input == 0 ? arrays.a : arrays.b);
    const StagedVector<E>* const tile = staged_tile<Op, E, unroll>(stage, input);
#pragma unroll
    for (int k = 0; k < unroll; ++k) {
      const std::uint64_t i = first + threadIdx.x + k * threads;
      if (i >= vectors) break;
      asm volatile("cp.async.cg.shared.global [%0], [%1], 16;"
                   :
                   : "r"(shared_address(tile + threadIdx.x + k * threads)), "l"(source + i)
                   : "memory");
    }
  }
}
#endif

/// Each thread copies what it uses itself, so that no thread waits for another.
template <class Op, class E, int unroll>
__global__ void __launch_bounds__(gpu_threads_per_block) async_kernel(GpuArrays arrays) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  constexpr int lanes = 16 / sizeof(typename E::Bits);
  const std::uint64_t vectors = arrays.elements / lanes;
  Consumer<Op, E, lanes> consume(arrays);
  Tiles ahead(vectors, unroll, arrays.passes);
  const auto issue = [&](std::uint32_t stage) {
    if (!ahead.done()) {
      issue_async<Op, E, unroll>(arrays, stage, ahead.first(), vectors);
      ahead.next();
    }
    asm volatile("cp.async.commit_group;" ::: "memory");  // empty at the end: the count goes on
  };
  for (std::uint32_t stage = 0; stage + 1 < gpu_stages; ++stage) issue(stage);
  std::uint32_t stage = 0;
  for (Tiles tiles(vectors, unroll, arrays.passes); !tiles.done(); tiles.next()) {
    issue((stage + gpu_stages - 1) % gpu_stages);
    asm volatile("cp.async.wait_group %0;" ::"n"(gpu_stages - 1) : "memory");
    consume_tile<Op, E, unroll>(consume, stage, tiles.first(), vectors);
    stage = (stage + 1) % gpu_stages;
  }
  asm volatile("cp.async.wait_all;" ::: "memory");
  consume.finish();
#endif
}

#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
template <class Op, class E, int unroll>
__device__ void issue_bulk(const GpuArrays& arrays, std::uint32_t stage, std::uint32_t barrier,
                           std::uint64_t first, std::uint64_t vectors) {
  const std::uint64_t left = vectors - first;
  const auto bytes =
      static_cast<std::uint32_t>(16 * (left < unroll * threads ? left : unroll * threads));
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;"
               :
               : "r"(barrier), "r"(bytes * Op::inputs)
               : "memory");
#pragma unroll
  for (int input = 0; input < Op::inputs; ++input) {
    const auto* const source =
        static_cast<const StagedVector<E>*>(input == 0 ? arrays.a : arrays.b);
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];"
        :
        : "r"(shared_address(staged_tile<Op, E, unroll>(stage, input))), "l"(source + first),
          "r"(bytes), "r"(barrier)
        : "memory");
  }
}

__device__ inline void wait_for_phase(std::uint32_t barrier, std::uint32_t parity) {
  std::uint32_t done = 0;
  while (done == 0) {
    asm volatile(
        "{\n.reg .pred p;\n"
        "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
        "selp.u32 %0, 1, 0, p;\n}"
        : "=r"(done)
        : "r"(barrier), "r"(parity)
        : "memory");
  }
}
#endif

/// Thread 0 asks for whole tiles; the copy itself reports to the mbarrier of the stage.
template <class Op, class E, int unroll>
__global__ void __launch_bounds__(gpu_threads_per_block) bulk_kernel(GpuArrays arrays) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 900
  constexpr int lanes = 16 / sizeof(typename E::Bits);
  const std::uint64_t vectors = arrays.elements / lanes;
  const std::uint32_t barriers = shared_address(staged_tile<Op, E, unroll>(gpu_stages, 0));
  Tiles ahead(vectors, unroll, arrays.passes);
  const auto issue = [&](std::uint32_t stage) {
    if (ahead.done()) return;
    issue_bulk<Op, E, unroll>(arrays, stage, barriers + 8 * stage, ahead.first(), vectors);
    ahead.next();
  };
  if (threadIdx.x == 0) {
    for (std::uint32_t stage = 0; stage < gpu_stages; ++stage) {
      asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barriers + 8 * stage) : "memory");
    }
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");  // the copies see them
    for (std::uint32_t stage = 0; stage < gpu_stages; ++stage) issue(stage);
  }
  __syncthreads();
  Consumer<Op, E, lanes> consume(arrays);
  std::uint32_t stage = 0;
  std::uint32_t parity = 0;
  for (Tiles tiles(vectors, unroll, arrays.passes); !tiles.done(); tiles.next()) {
    wait_for_phase(barriers + 8 * stage, parity);
    consume_tile<Op, E, unroll>(consume, stage, tiles.first(), vectors);
    __syncthreads();  // before the stage is overwritten
    if (threadIdx.x == 0) issue(stage);
    stage = (stage + 1) % gpu_stages;
    if (stage == 0) parity ^= 1;
  }
  consume.finish();
#endif
}

}  // namespace assay
