#pragma once

#include <string>

#include "bench/gpu/cufile_abi.hpp"

namespace assay {

/// The error in words, with its number and, where somebody can do something about it, what.
std::string cufile_error_text(const cufile_abi::Error& error);

/// Whether the CUfileOpError says that this machine, drive, file system or GPU is not made for the
/// way that was asked for, rather than that something that should have worked did not.
bool is_cufile_absence(int error);

}  // namespace assay
