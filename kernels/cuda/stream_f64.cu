#include "kernels/cuda/stream_table.cuh"

namespace assay {

template StreamEntry find_stream<F64>(GpuKernel kernel, const GpuVariant& variant);
template ExpectedSumsKernel find_expected_sums<F64>(GpuKernel kernel);

}  // namespace assay
