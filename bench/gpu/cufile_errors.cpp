#include "bench/gpu/cufile_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

enum class Meaning { absence, failure };

/// CUfileOpError, after "GDS cuFile API Reference", section 4.1.3 (CUfileOpError).
struct Row {
  int error;
  Meaning meaning;
  std::string_view words;
};

constexpr int cuda_driver_error = 5011;

constexpr std::string_view see_gdscheck =
    "`gdscheck -p` (/usr/local/cuda/gds/tools) tells what is supported here";

constexpr std::array<Row, 27> rows{{
    {5001, Meaning::absence,
     "the driver nvidia-fs is not loaded: `modprobe nvidia-fs` (package nvidia-gds or nvidia-fs of "
     "NVIDIA's repository)"},
    {5004, Meaning::absence,
     "the library and the loaded nvidia-fs do not fit each other: install both from one CUDA "
     "release and reboot"},
    {5005, Meaning::absence,
     "the version of nvidia-fs cannot be read: load it anew (`modprobe -r nvidia-fs; modprobe "
     "nvidia-fs`)"},
    {5006, Meaning::failure, "the driver is being closed: please report this"},
    {5007, Meaning::absence, "this platform is not supported"},
    {5008, Meaning::absence,
     "this drive or file system is not supported: it must be an NVMe drive, not in a RAID, with "
     "ext4 (data=ordered) or XFS, and a kernel, drivers and settings for DMA to the GPU"},
    {5009, Meaning::absence,
     "this GPU is not supported: nvidia-fs wants a data centre GPU, p2pdma an A100, L4, L40S, H100 "
     "or newer with NVIDIA's open kernel modules"},
    {5010, Meaning::failure, "nvidia-fs failed: see `dmesg | grep -i nvfs` and cufile.log"},
    {5012, Meaning::failure, "the device address is not valid: please report this"},
    {5013, Meaning::failure, "the memory is of the wrong kind: please report this"},
    {5014, Meaning::failure, "the buffer lies beyond its allocation: please report this"},
    {5015, Meaning::failure, "the CUDA context is another one: please report this"},
    {5016, Meaning::failure,
     "more GPU memory than may be mapped: give fewer or smaller buffers, or raise "
     "properties.max_device_pinned_mem_size_kb in /etc/cufile.json"},
    {5018, Meaning::absence, "this kind of file is not supported"},
    {5019, Meaning::absence, "the flags that the file is open with are not supported"},
    {5020, Meaning::absence, "the file is not open for direct I/O"},
    {5025, Meaning::failure, "permission denied, as for /dev/nvidia-fs*: run as root"},
    {5029, Meaning::failure, "the GPU is not found: check `nvidia-smi`"},
    {5030, Meaning::failure, "an internal error: see cufile.log"},
    {5033, Meaning::absence,
     "nvidia-fs cannot be set up: see `dmesg | grep -i nvfs` and cufile.log"},
    {5034, Meaning::absence,
     "it is switched off for this file: look for its file system in /etc/cufile.json"},
    {5036, Meaning::failure,
     "GPU memory cannot be pinned: end what else uses the GPU (`nvidia-smi`), or give fewer or "
     "smaller buffers"},
    {5043, Meaning::failure, "out of memory: give fewer or smaller buffers"},
    {5044, Meaning::failure, "an I/O error: see `dmesg` and cufile.log"},
    {5045, Meaning::failure, "the buffer cannot be registered: see cufile.log"},
    {5048, Meaning::failure, "nvidia-fs failed: see `dmesg | grep -i nvfs` and cufile.log"},
    {5049, Meaning::absence, "only compatibility mode could do it, and that is switched off"},
}};

const Row* row_of(int error) {
  const auto* const found = std::find_if(rows.begin(), rows.end(),
                                         [error](const Row& row) { return row.error == error; });
  return found == rows.end() ? nullptr : found;
}

}  // namespace

std::string cufile_error_text(const cufile_abi::Error& error) {
  if (error.err == cuda_driver_error) {
    return fmt::format(
        "CUDA failed beneath it (cuFile error {}, CUDA error {}): check "
        "`nvidia-smi` and `dmesg | grep -i xid`",
        error.err, error.cu_err);
  }
  const Row* const row = row_of(error.err);
  if (row == nullptr) return fmt::format("cuFile error {}: see cufile.log", error.err);
  std::string text = fmt::format("{} (cuFile error {})", row->words, error.err);
  if (row->meaning == Meaning::absence) text += fmt::format("; {}", see_gdscheck);
  return text;
}

bool is_cufile_absence(int error) {
  const Row* const row = row_of(error);
  return row != nullptr && row->meaning == Meaning::absence;
}

}  // namespace assay
