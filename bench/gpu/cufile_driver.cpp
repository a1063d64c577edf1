#include "bench/gpu/cufile_driver.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/types.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "bench/gpu/cufile_abi.hpp"

namespace assay {
namespace {

namespace abi = cufile_abi;

/// A library that is newer than this program may have made the structure longer.
union StatisticsRoom {
  abi::StatsLevel3 known;
  std::array<std::byte, 1U << 16> room;
};

const char* last_words(const std::string& library) {
  const char* const words = dlerror();
  return words == nullptr ? library.c_str() : words;
}

void expect(const abi::Error& error, const std::string& what) {
  if (error.err == abi::success) return;
  throw CuFileFailure("cuFile cannot " + what + ": " + cufile_error_text(error),
                      is_cufile_absence(error.err));
}

}  // namespace

void* CuFileDriver::address_of(const char* name) const { return dlsym(library_, name); }

/// Sets `function`, which every cuFile has.
template <class Function>
void CuFileDriver::require(const char* name, Function*& function) const {
  function = symbol<Function>(name);
  if (function != nullptr) return;
  throw NotApplicable(
      fmt::format("libcufile has no function {}: install cuFile 1.0 or newer", name));
}

/// By the library's own setting, which comes before the environment and /etc/cufile.json; before
/// cuFile 1.14 there is only the environment.
void CuFileDriver::allow(const CuFileMode& mode) const {
  struct Setting {
    int parameter;  // CUFileBoolConfigParameter_t
    const char* variable;
    bool value;
  };
  const std::array<Setting, 3> settings{
      {{abi::parameter_allow_compat_mode, "CUFILE_ALLOW_COMPAT_MODE", mode.compat},
       {abi::parameter_force_compat_mode, "CUFILE_FORCE_COMPAT_MODE", false},
       {abi::parameter_use_pci_p2pdma, "CUFILE_USE_PCIP2PDMA", mode.p2pdma}}};
  auto* const set = symbol<abi::SetParameterBool>("cuFileSetParameterBool");
  for (const Setting& setting : settings) {
    if (set != nullptr && set(setting.parameter, setting.value).err == abi::success) continue;
    setenv(setting.variable, setting.value ? "true" : "false", 1);
  }
}

CuFileDriver::CuFileDriver(const std::string& library, const CuFileMode& mode)
    : library_(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
  if (library_ == nullptr) {
    throw NotApplicable(fmt::format(
        "cuFile (GPUDirect Storage) is not installed: {} (package libcufile-13-0, or that of "
        "another CUDA release, from NVIDIA's repository; where it lies elsewhere, name its folder "
        "in LD_LIBRARY_PATH)",
        last_words(library)));
  }
  abi::DriverOpen* open = nullptr;
  require("cuFileDriverOpen", open);
  require("cuFileHandleRegister", register_file_);
  require("cuFileHandleDeregister", deregister_file_);
  require("cuFileBufRegister", register_memory_);
  require("cuFileBufDeregister", deregister_memory_);
  require("cuFileRead", read_);
  require("cuFileWrite", write_);
  allow(mode);
  expect(open(), "open its driver");
  auto* const level = symbol<abi::SetStatsLevel>("cuFileSetStatsLevel");
  auto* const start = symbol<abi::StatsStart>("cuFileStatsStart");
  if (level == nullptr || start == nullptr) return;
  if (level(3).err == abi::success && start().err == abi::success) {
    get_counts_ = symbol<abi::GetStatsL3>("cuFileGetStatsL3");
  }
}

CuFileDriver::~CuFileDriver() {
  // Since cuFile 1.7 the function that the header calls cuFileDriverClose has this name.
  auto* close = symbol<abi::DriverClose>("cuFileDriverClose_v2");
  if (close == nullptr) close = symbol<abi::DriverClose>("cuFileDriverClose");
  if (close != nullptr) close();
}

void* CuFileDriver::register_file(int fd) const {
  abi::Descr descr;
  descr.type = abi::handle_type_opaque_fd;
  descr.handle.fd = fd;
  void* handle = nullptr;
  expect(register_file_(&handle, &descr), "take the file");
  return handle;
}

void CuFileDriver::deregister_file(void* handle) const { deregister_file_(handle); }

void CuFileDriver::register_memory(void* base, std::uint64_t bytes) const {
  expect(register_memory_(base, bytes, 0), "take the GPU's memory");
}

void CuFileDriver::deregister_memory(void* base) const { deregister_memory_(base); }

CuFileDriver::Moved CuFileDriver::move(Operation operation, const Move& move) const {
  const auto file_offset = static_cast<off_t>(move.file_offset);
  const auto base_offset = static_cast<off_t>(move.base_offset);
  errno = 0;
  const ssize_t moved = operation == Operation::read
                            ? read_(move.handle, move.base, move.bytes, file_offset, base_offset)
                            : write_(move.handle, move.base, move.bytes, file_offset, base_offset);
  if (moved >= 0) return {static_cast<std::uint64_t>(moved)};
  // -1 with the error in errno, the system's or the library's own; or minus one of its own.
  const int error = moved == -1 ? errno : static_cast<int>(-moved);
  if (error <= abi::error_base) return {0, std::generic_category().message(error), false};
  return {0, cufile_error_text({error, 0}), is_cufile_absence(error)};
}

std::string CuFileDriver::version() const {
  auto* const get = symbol<abi::GetVersion>("cuFileGetVersion");
  int version = 0;  // 1000 x major + 10 x minor
  if (get == nullptr || get(&version).err != abi::success) return "of unknown version";
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::optional<bool> CuFileDriver::compat_allowed() const {
  // The properties are those of nvidia-fs and need not show what the library was told.
  auto* const parameter = symbol<abi::GetParameterBool>("cuFileGetParameterBool");
  bool allowed = false;
  if (parameter != nullptr &&
      parameter(abi::parameter_allow_compat_mode, &allowed).err == abi::success) {
    return allowed;
  }
  auto* const get = symbol<abi::DriverGetProperties>("cuFileDriverGetProperties");
  abi::DriverProperties properties;
  if (get == nullptr || get(&properties).err != abi::success) return std::nullopt;
  return (properties.control_flags & (1U << abi::control_allow_compat_mode)) != 0;
}

std::optional<CuFileCounts> CuFileDriver::counts(Operation operation) const {
  if (get_counts_ == nullptr) return std::nullopt;
  const auto room = std::make_unique<StatisticsRoom>();
  const abi::StatsLevel3& stats = room->known;
  if (get_counts_(&room->known).err != abi::success || stats.gpu_count > stats.gpus.size()) {
    return std::nullopt;
  }
  CuFileCounts all;
  for (const abi::PerGpuStats& gpu : stats.gpus) {
    const abi::DirectionStats& one = operation == Operation::read ? gpu.reads : gpu.writes;
    all.total += one.total;
    all.p2pdma += one.p2p;
    all.nvidia_fs += one.nvfs;
    all.compat += one.posix;
  }
  return all;
}

}  // namespace assay
