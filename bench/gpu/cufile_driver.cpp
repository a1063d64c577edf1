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
  const CuFileStatus status{error.err, error.cu_err};
  throw CuFileFailure("cuFile cannot " + what + ": " + cufile_error_text(status),
                      is_cufile_absence(status));
}

}  // namespace

void* CuFileDriver::symbol(const char* name) const { return dlsym(library_, name); }

void* CuFileDriver::required(const char* name) const {
  void* const found = symbol(name);
  if (found != nullptr) return found;
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
  auto* const set = reinterpret_cast<abi::SetParameterBool*>(symbol("cuFileSetParameterBool"));
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
  try {
    for (const char* name : {"cuFileDriverOpen", "cuFileHandleRegister", "cuFileHandleDeregister",
                             "cuFileBufRegister", "cuFileBufDeregister"}) {
      required(name);
    }
    read_ = reinterpret_cast<abi::Read*>(required("cuFileRead"));
    write_ = reinterpret_cast<abi::Write*>(required("cuFileWrite"));
    allow(mode);
    expect(reinterpret_cast<abi::DriverOpen*>(required("cuFileDriverOpen"))(), "open its driver");
  } catch (...) {
    dlclose(library_);
    throw;
  }
  auto* const level = reinterpret_cast<abi::SetStatsLevel*>(symbol("cuFileSetStatsLevel"));
  auto* const start = reinterpret_cast<abi::StatsStart*>(symbol("cuFileStatsStart"));
  counts_ = level != nullptr && start != nullptr && symbol("cuFileGetStatsL3") != nullptr &&
            level(3).err == abi::success && start().err == abi::success;
}

CuFileDriver::~CuFileDriver() {
  // Since cuFile 1.7 the function that the header calls cuFileDriverClose has this name.
  void* close = symbol("cuFileDriverClose_v2");
  if (close == nullptr) close = symbol("cuFileDriverClose");
  if (close != nullptr) reinterpret_cast<abi::DriverClose*>(close)();
  dlclose(library_);
}

void* CuFileDriver::register_file(int fd) const {
  abi::Descr descr;
  descr.type = abi::handle_type_opaque_fd;
  descr.handle.fd = fd;
  void* handle = nullptr;
  expect(reinterpret_cast<abi::HandleRegister*>(required("cuFileHandleRegister"))(&handle, &descr),
         "take the file");
  return handle;
}

void CuFileDriver::deregister_file(void* handle) const {
  reinterpret_cast<abi::HandleDeregister*>(symbol("cuFileHandleDeregister"))(handle);
}

void CuFileDriver::register_memory(void* base, std::uint64_t bytes) const {
  expect(reinterpret_cast<abi::BufRegister*>(required("cuFileBufRegister"))(base, bytes, 0),
         "take the GPU's memory");
}

void CuFileDriver::deregister_memory(void* base) const {
  reinterpret_cast<abi::BufDeregister*>(symbol("cuFileBufDeregister"))(base);
}

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
  return {0, cufile_error_text({error, 0}), is_cufile_absence({error, 0})};
}

std::string CuFileDriver::version() const {
  auto* const get = reinterpret_cast<abi::GetVersion*>(symbol("cuFileGetVersion"));
  int version = 0;  // 1000 x major + 10 x minor
  if (get == nullptr || get(&version).err != abi::success) return "of unknown version";
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::optional<bool> CuFileDriver::compat_allowed() const {
  // The properties are those of nvidia-fs and need not show what the library was told.
  auto* const parameter =
      reinterpret_cast<abi::GetParameterBool*>(symbol("cuFileGetParameterBool"));
  bool allowed = false;
  if (parameter != nullptr &&
      parameter(abi::parameter_allow_compat_mode, &allowed).err == abi::success) {
    return allowed;
  }
  auto* const get =
      reinterpret_cast<abi::DriverGetProperties*>(symbol("cuFileDriverGetProperties"));
  abi::DriverProperties properties;
  if (get == nullptr || get(&properties).err != abi::success) return std::nullopt;
  return (properties.control_flags & (1U << abi::control_allow_compat_mode)) != 0;
}

std::optional<CuFileCounts> CuFileDriver::counts(Operation operation) const {
  if (!counts_) return std::nullopt;
  const auto room = std::make_unique<StatisticsRoom>();
  const abi::StatsLevel3& stats = room->known;
  auto* const get = reinterpret_cast<abi::GetStatsL3*>(symbol("cuFileGetStatsL3"));
  if (get(&room->known).err != abi::success || stats.gpu_count > stats.gpus.size())
    return std::nullopt;
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
