#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>

/// The part of libcufile.so.0 that is used: cufile.h is not in the CUDA toolkit. Layouts, values
/// and prototypes after NVIDIA's "GDS cuFile API Reference" (release 13.x), section 4.1.1 for the
/// structures, 4.1.3 for the errors, 4.2 to 4.5, 5.1 and 5.6 for the functions. Names are ours.
namespace assay::cufile_abi {

constexpr int success = 0;
constexpr int error_base = 5000;  // CUFILEOP_BASE_ERR: the library's own errors are above it

/// CUfileError_t: CUfileOpError and CUresult, both enumerations of C.
struct Error {
  int err;
  int cu_err;
};

constexpr int handle_type_opaque_fd = 1;  // CU_FILE_HANDLE_TYPE_OPAQUE_FD

/// CUfileDescr_t.
struct Descr {
  int type = 0;
  union {
    int fd;
    void* handle = nullptr;
  } handle;
  const void* fs_ops = nullptr;
};
static_assert(sizeof(Descr) == 24 && offsetof(Descr, handle) == 8);

constexpr unsigned control_allow_compat_mode = 1;  // CU_FILE_ALLOW_COMPAT_MODE, a bit's number

/// CUfileDrvProps_t, and room for what newer libraries may add.
struct DriverProperties {
  unsigned major_version = 0;
  unsigned minor_version = 0;
  std::size_t poll_thresh_size = 0;
  std::size_t max_direct_io_size = 0;
  unsigned status_flags = 0;
  unsigned control_flags = 0;
  std::array<unsigned, 64> rest{};
};
static_assert(offsetof(DriverProperties, control_flags) == 28);

// CUFileBoolConfigParameter_t, counted from 0.
constexpr int parameter_allow_compat_mode = 1;
constexpr int parameter_force_compat_mode = 2;
constexpr int parameter_use_pci_p2pdma = 7;

/// The counters of CUfilePerGpuStats_t that reads and writes have alike, in its order.
struct DirectionStats {
  std::uint64_t bytes;
  std::uint64_t bandwidth_bytes_per_s;
  std::uint64_t utilization;
  std::uint64_t duration_us;
  std::uint64_t total;
  std::uint64_t p2p;
  std::uint64_t nvfs;
  std::uint64_t posix;
  std::uint64_t unaligned;
  std::uint64_t dynamically_routed;
};

/// CUfilePerGpuStats_t.
struct PerGpuStats {
  std::array<char, 16> uuid;
  DirectionStats reads;
  std::uint64_t sparse_regions;
  std::uint64_t inline_regions;
  std::uint64_t read_errors;
  DirectionStats writes;
  std::uint64_t write_errors;
  std::array<std::uint64_t, 5> registrations;
};
static_assert(sizeof(PerGpuStats) == 16 + 29 * 8);

/// CUfileStatsLevel3_t: level 1 is 21 pairs and 22 single counters of 64 bits, level 2 adds two
/// histograms of 32.
struct StatsLevel3 {
  std::array<std::uint64_t, 2 * 21 + 22> level1;
  std::array<std::uint64_t, 2 * 32> level2;
  std::uint32_t gpu_count;
  std::array<PerGpuStats, 16> gpus;
};
static_assert(offsetof(StatsLevel3, gpus) == 1032);

using DriverOpen = Error();
using DriverClose = Error();
using DriverGetProperties = Error(DriverProperties*);
using GetVersion = Error(int*);
using SetParameterBool = Error(int, bool);
using GetParameterBool = Error(int, bool*);
using HandleRegister = Error(void**, Descr*);
using HandleDeregister = void(void*);
using BufRegister = Error(const void*, std::size_t, int);
using BufDeregister = Error(const void*);
using Read = ssize_t(void*, void*, std::size_t, off_t, off_t);
using Write = ssize_t(void*, const void*, std::size_t, off_t, off_t);
using SetStatsLevel = Error(int);
using StatsStart = Error();
using GetStatsL3 = Error(StatsLevel3*);

}  // namespace assay::cufile_abi
