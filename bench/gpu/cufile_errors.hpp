#pragma once

#include <string>

namespace assay {

/// What a call to cuFile gave: its CUfileOpError, and the CUresult where that is
/// CU_FILE_CUDA_DRIVER_ERROR (5011).
struct CuFileStatus {
  int cufile = 0;
  int cuda = 0;
};

/// The error in words, with its number and, where somebody can do something about it, what.
std::string cufile_error_text(const CuFileStatus& status);

/// Whether the error says that this machine, drive, file system or GPU is not made for the way that
/// was asked for, rather than that something that should have worked did not.
bool is_cufile_absence(const CuFileStatus& status);

}  // namespace assay
