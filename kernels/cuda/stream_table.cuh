#pragma once

#include "kernels/cuda/staged.cuh"

// Which kernel carries out a variant. Each element has its own file, which instantiates it once.
namespace assay {

using StreamKernel = void (*)(GpuArrays);
using ExpectedSumsKernel = void (*)(GpuArrays, int, std::uint32_t);

/// A kernel and the dynamic shared memory of a block; null for a variant that does not exist.
struct StreamEntry {
  StreamKernel kernel = nullptr;
  std::uint32_t shared_bytes = 0;
};

template <class E>
StreamEntry find_stream(GpuKernel kernel, const GpuVariant& variant);

template <class E>
ExpectedSumsKernel find_expected_sums(GpuKernel kernel);

namespace table {

template <class Op, class E, int width>
StreamEntry by_unroll(std::uint32_t unroll) {
  constexpr int lanes = width / sizeof(typename E::Bits);
  if constexpr (lanes > 0) {
    switch (unroll) {
      case 1:
        return {stream_kernel<Op, E, lanes, 1>, 0};
      case 2:
        return {stream_kernel<Op, E, lanes, 2>, 0};
      case 4:
        return {stream_kernel<Op, E, lanes, 4>, 0};
      case 8:
        return {stream_kernel<Op, E, lanes, 8>, 0};
      default:
        break;
    }
  }
  return {};
}

template <class Op, class E>
StreamEntry in_registers(const GpuVariant& variant) {
  switch (variant.width_bytes) {
    case 4:
      return by_unroll<Op, E, 4>(variant.unroll);
    case 8:
      return by_unroll<Op, E, 8>(variant.unroll);
    case 16:
      return by_unroll<Op, E, 16>(variant.unroll);
    default:
      return {};
  }
}

template <class Op, class E, int unroll>
StreamEntry staged(GpuStaging staging) {
  if constexpr (Op::inputs * unroll <= 4) {
    return {staging == GpuStaging::async_copy ? async_kernel<Op, E, unroll>
                                              : bulk_kernel<Op, E, unroll>,
            staged_bytes<Op, unroll>};
  }
  return {};
}

template <class Op, class E>
StreamEntry by_staging(const GpuVariant& variant) {
  if (variant.staging == GpuStaging::registers) return in_registers<Op, E>(variant);
  if constexpr (Op::inputs > 0) {
    if (variant.width_bytes != 16) return {};
    if (variant.unroll == 1) return staged<Op, E, 1>(variant.staging);
    if (variant.unroll == 2) return staged<Op, E, 2>(variant.staging);
    if (variant.unroll == 4) return staged<Op, E, 4>(variant.staging);
  }
  return {};
}

}  // namespace table

template <class E>
StreamEntry find_stream(GpuKernel kernel, const GpuVariant& variant) {
  switch (kernel) {
    case GpuKernel::read:
      return table::by_staging<Read, E>(variant);
    case GpuKernel::write:
      return table::by_staging<Write, E>(variant);
    case GpuKernel::copy:
      return table::by_staging<Copy, E>(variant);
    case GpuKernel::scale:
      return table::by_staging<Scale, E>(variant);
    case GpuKernel::add:
      return table::by_staging<Add, E>(variant);
    case GpuKernel::triad:
      return table::by_staging<Triad, E>(variant);
    case GpuKernel::dot:
      return table::by_staging<Dot, E>(variant);
    default:
      return {};
  }
}

template <class E>
ExpectedSumsKernel find_expected_sums(GpuKernel kernel) {
  if (kernel == GpuKernel::read) return expected_sums_kernel<Read, E>;
  if (kernel == GpuKernel::dot) return expected_sums_kernel<Dot, E>;
  return nullptr;
}

}  // namespace assay
