// Stands in for libcufile.so.0, and, with FAKE_CUFILE_OLD, for one of the time before it had
// parameters, counters by path and a version. Structures as NVIDIA's reference lists them, apart
// from those of bench/gpu/cufile_abi.hpp, which they check. Device memory is host memory.
#include "tests/gpu/fake_cufile.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace {

using assay::FakeCuFileState;

struct Status {
  int err;
  int cu_err;
};

struct Descr {
  int type;
  union {
    int fd;
    void* handle;
  } handle;
  const void* fs_ops;
};

enum class Way { p2pdma, nvidia_fs, compat };

struct File {
  int fd;
  Way way;
};

// CUFileBoolConfigParameter_t
enum Parameter {
  use_poll_mode,
  allow_compat,
  force_compat,
  api_check,
  parallel_io,
  nvtx,
  system_memory,
  use_p2pdma,
  parameter_count
};

struct Driver {
  std::atomic<bool> open{false};
  bool compat = true;
  bool p2pdma = false;
  std::array<int, parameter_count> staged{-1, -1, -1, -1, -1, -1, -1, -1};
  std::atomic<int> stats_level{0};
  std::array<std::array<std::atomic<std::uint64_t>, 3>, 2> counted{};  // by direction and way
};

Driver driver;

bool chosen(Parameter parameter, const char* variable, bool otherwise) {
  const int staged = driver.staged[parameter];
  if (staged >= 0) return staged == 1;
  const char* const value = std::getenv(variable);
  return value == nullptr ? otherwise : std::string_view(value) == "true";
}

}  // namespace

extern "C" {

FakeCuFileState fake_cufile_state;

Status cuFileDriverOpen() {
  ++fake_cufile_state.opened;
  if (fake_cufile_state.open_error != 0) {
    return {5000 + fake_cufile_state.open_error, fake_cufile_state.open_cuda_error};
  }
  driver.compat = chosen(allow_compat, "CUFILE_ALLOW_COMPAT_MODE", true);
  driver.p2pdma = chosen(use_p2pdma, "CUFILE_USE_PCIP2PDMA", false);
  if (chosen(force_compat, "CUFILE_FORCE_COMPAT_MODE", false)) return {5022, 0};
  driver.staged.fill(-1);
  driver.open = true;
  return {0, 0};
}

Status close_driver() {
  driver.open = false;
  driver.stats_level = 0;
  ++fake_cufile_state.closed;
  return {0, 0};
}

#ifdef FAKE_CUFILE_OLD
Status cuFileDriverClose() { return close_driver(); }
#else
Status cuFileDriverClose() { return {5030, 0}; }  // the header calls the other one
Status cuFileDriverClose_v2() { return close_driver(); }

Status cuFileGetVersion(int* version) {
  *version = 1150;
  return {0, 0};
}

Status cuFileSetParameterBool(int parameter, bool value) {
  if (!fake_cufile_state.takes_parameters || parameter >= parameter_count) return {5022, 0};
  if (driver.open) return {5026, 0};
  driver.staged[static_cast<std::size_t>(parameter)] = value ? 1 : 0;
  return {0, 0};
}

Status cuFileGetParameterBool(int parameter, bool* value) {
  if (!fake_cufile_state.takes_parameters || parameter != allow_compat) return {5022, 0};
  *value = driver.compat;
  return {0, 0};
}
#endif

struct Properties {
  struct {
    unsigned major_version;
    unsigned minor_version;
    std::size_t poll_thresh_size;
    std::size_t max_direct_io_size;
    unsigned dstatusflags;
    unsigned dcontrolflags;
  } nvfs;
  unsigned fflags;
  unsigned max_device_cache_size;
  unsigned per_buffer_cache_size;
  unsigned max_device_pinned_mem_size;
  unsigned max_batch_io_size;
  unsigned max_batch_io_timeout_msecs;
};

Status cuFileDriverGetProperties(Properties* properties) {
  *properties = {};
#ifdef FAKE_CUFILE_OLD
  properties->nvfs.dcontrolflags = driver.compat ? 1U << 1 : 0;
#else  // what the library was told does not show here
  properties->nvfs.dcontrolflags = 1U << 1;
#endif
  properties->fflags = 0xf;
  properties->max_batch_io_timeout_msecs = 5;
  return {0, 0};
}

Status cuFileHandleRegister(void** handle, Descr* descr) {
  if (!driver.open || descr->type != 1 || descr->fs_ops != nullptr) return {5022, 0};
  if (driver.p2pdma && fake_cufile_state.p2pdma) {
    *handle = new File{descr->handle.fd, Way::p2pdma};
  } else if (fake_cufile_state.nvidia_fs) {
    *handle = new File{descr->handle.fd, Way::nvidia_fs};
  } else if (driver.compat && fake_cufile_state.compat) {
    *handle = new File{descr->handle.fd, Way::compat};
  } else {
    return {5000 + fake_cufile_state.file_error, 0};
  }
  ++fake_cufile_state.files;
  return {0, 0};
}

void cuFileHandleDeregister(void* handle) {
  --fake_cufile_state.files;
  delete static_cast<File*>(handle);
}

Status cuFileBufRegister(const void* base, std::size_t bytes, int flags) {
  if (!driver.open || base == nullptr || bytes == 0 || flags != 0) return {5022, 0};
  if (fake_cufile_state.memory_error != 0) return {5000 + fake_cufile_state.memory_error, 0};
  ++fake_cufile_state.memories;
  return {0, 0};
}

Status cuFileBufDeregister(const void*) {
  --fake_cufile_state.memories;
  return {0, 0};
}

ssize_t move(void* handle, std::byte* at, std::size_t size, off_t file_offset, bool write) {
  FakeCuFileState& state = fake_cufile_state;
  const long long call = ++state.calls;
  const int running = ++state.running;
  int most = state.running_max;
  while (running > most && !state.running_max.compare_exchange_weak(most, running)) {
  }
  while (call >= state.hangs_from) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const File& file = *static_cast<File*>(handle);
  const bool wrong = call >= state.wrong_from;
  ssize_t moved = state.result;
  int error = state.error;
  if (!wrong || state.spoils) {
    moved = write ? pwrite(file.fd, at, size, file_offset) : pread(file.fd, at, size, file_offset);
    error = errno;
    if (wrong) at[size / 2] ^= std::byte{1};
  }
  if (moved > 0 && driver.stats_level == 3) {
    const Way way = state.sometimes_compat && call % 2 == 0 ? Way::compat : file.way;
    ++driver.counted[write ? 1 : 0][static_cast<std::size_t>(way)];
  }
  --state.running;
  errno = error;
  return moved;
}

ssize_t cuFileRead(void* handle, void* base, std::size_t size, off_t file_offset, off_t offset) {
  return move(handle, static_cast<std::byte*>(base) + offset, size, file_offset, false);
}

ssize_t cuFileWrite(void* handle, const void* base, std::size_t size, off_t file_offset,
                    off_t offset) {
  auto* const at = const_cast<std::byte*>(static_cast<const std::byte*>(base)) + offset;
  return move(handle, at, size, file_offset, true);
}

#ifndef FAKE_CUFILE_OLD
Status cuFileSetStatsLevel(int level) {
  if (!fake_cufile_state.counts) return {5022, 0};
  driver.stats_level = -level;
  return {0, 0};
}

Status cuFileStatsStart() {
  if (driver.stats_level >= 0) return {5022, 0};
  driver.stats_level = -driver.stats_level;
  return {0, 0};
}

struct OpCounter {
  std::uint64_t ok;
  std::uint64_t err;
};

struct Level1 {
  OpCounter read_ops, write_ops, hdl_register_ops, hdl_deregister_ops, buf_register_ops,
      buf_deregister_ops;
  std::uint64_t read_bytes, write_bytes, read_bw_bytes_per_sec, write_bw_bytes_per_sec,
      read_lat_avg_us, write_lat_avg_us, read_ops_per_sec, write_ops_per_sec, read_lat_sum_us,
      write_lat_sum_us;
  OpCounter batch_submit_ops, batch_complete_ops, batch_setup_ops, batch_cancel_ops,
      batch_destroy_ops, batch_enqueued_ops, batch_posix_enqueued_ops, batch_processed_ops,
      batch_posix_processed_ops, batch_nvfs_submit_ops, batch_p2p_submit_ops, batch_aio_submit_ops,
      batch_iouring_submit_ops, batch_mixed_io_submit_ops, batch_total_submit_ops;
  std::uint64_t batch_read_bytes, batch_write_bytes, batch_read_bw_bytes, batch_write_bw_bytes,
      batch_submit_lat_avg_us, batch_completion_lat_avg_us, batch_submit_ops_per_sec,
      batch_complete_ops_per_sec, batch_submit_lat_sum_us, batch_completion_lat_sum_us,
      last_batch_read_bytes, last_batch_write_bytes;
};

struct Level2 {
  Level1 basic;
  std::uint64_t read_size_kb_hist[32];
  std::uint64_t write_size_kb_hist[32];
};

struct PerGpu {
  char uuid[16];
  std::uint64_t read_bytes, read_bw_bytes_per_sec, read_utilization, read_duration_us,
      n_total_reads, n_p2p_reads, n_nvfs_reads, n_posix_reads, n_unaligned_reads, n_dr_reads,
      n_sparse_regions, n_inline_regions, n_reads_err;
  std::uint64_t writes_bytes, write_bw_bytes_per_sec, write_utilization, write_duration_us,
      n_total_writes, n_p2p_writes, n_nvfs_writes, n_posix_writes, n_unaligned_writes, n_dr_writes,
      n_writes_err;
  std::uint64_t n_mmap, n_mmap_ok, n_mmap_err, n_mmap_free, reg_bytes;
};

struct Level3 {
  Level2 detailed;
  std::uint32_t num_gpus;
  PerGpu per_gpu_stats[16];
};

Status cuFileGetStatsL3(Level3* stats) {
  *stats = {};
  stats->num_gpus = 2;
  PerGpu& gpu = stats->per_gpu_stats[1];
  const auto& reads = driver.counted[0];
  const auto& writes = driver.counted[1];
  gpu.read_bytes = gpu.writes_bytes = gpu.n_dr_reads = gpu.n_dr_writes = 7;  // none of the ways
  gpu.n_p2p_reads = reads[0];
  gpu.n_nvfs_reads = reads[1];
  gpu.n_posix_reads = reads[2];
  gpu.n_p2p_writes = writes[0];
  gpu.n_nvfs_writes = writes[1];
  gpu.n_posix_writes = writes[2];
  gpu.n_total_reads = reads[0] + reads[1] + reads[2];
  gpu.n_total_writes = writes[0] + writes[1] + writes[2];
  return {0, 0};
}
#endif

}  // extern "C"
