#pragma once

#include <array>
#include <string>

namespace assay {

/// Why CUDA gives no GPU and what to do about it, from a cudaError_t, the driver's and the
/// runtime's CUDA version (13000 for 13.0; 0 for no driver). Codes: driver_types.h of the toolkit.
std::string classify_cuda_absence(int error, int driver_version, int runtime_version);

/// What a failure of a CUDA operation on a GPU that worked before means and what to do, for the
/// errors that say something about the machine; empty for others.
std::string explain_cuda_failure(int error);

/// Empty when code compiled for `oldest_compiled` (75 for compute capability 7.5) and newer runs on
/// a GPU of compute capability major.minor; otherwise why not and what to do.
std::string classify_compute_capability(int major, int minor, int oldest_compiled,
                                        int runtime_version);

/// "13.0" for 13000; empty for 0.
std::string cuda_version_text(int version);

/// "GPU-" and the 16 bytes in the form that nvidia-smi prints.
std::string gpu_uuid_text(const std::array<unsigned char, 16>& bytes);

}  // namespace assay
