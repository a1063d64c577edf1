#pragma once

#include <cuda_runtime.h>

#include <stdexcept>
#include <string>

#include "kernels/cuda/absence.hpp"

namespace assay {

/// Throws std::runtime_error "<what>: <CUDA's words> (<CUDA's name>)[: <what to do>]" unless
/// `error` is success.
inline void check_cuda(cudaError_t error, const std::string& what) {
  if (error == cudaSuccess) return;
  cudaGetLastError();  // an error that is not sticky must not be found by the next check
  std::string text = what + ": " + cudaGetErrorString(error) + " (" + cudaGetErrorName(error) + ")";
  const std::string explained = explain_cuda_failure(error);
  if (!explained.empty()) text += ": " + explained;
  throw std::runtime_error(text);
}

}  // namespace assay
