#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "bench/gpu/cufile_abi.hpp"
#include "bench/gpu/cufile_errors.hpp"
#include "bench/measure/not_applicable.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Which ways cuFile is allowed to go. It prefers p2pdma (the kernel's peer-to-peer DMA) to
/// nvidia-fs (NVIDIA's driver), and both to compatibility mode (POSIX I/O and copies through host
/// memory), into which it falls back without a word where that is allowed.
struct CuFileMode {
  bool p2pdma = false;
  bool compat = false;
};

/// What cuFile counted of the calls that ended well, by the way that they went, on all GPUs.
struct CuFileCounts {
  std::uint64_t p2pdma = 0;
  std::uint64_t nvidia_fs = 0;
  std::uint64_t compat = 0;
  std::uint64_t total = 0;  // by whatever way
};

/// Something that cuFile refused or failed at while a case was set up.
class CuFileFailure : public std::runtime_error {
 public:
  CuFileFailure(const std::string& words, bool is_absence)
      : std::runtime_error(words), is_absence_(is_absence) {}

  /// As of is_cufile_absence.
  bool is_absence() const { return is_absence_; }

 private:
  bool is_absence_;
};

/// Owns libcufile, loaded from `library` at run time, and its driver, opened in one mode. The
/// driver is the process's: one at a time. Functions may be called from several threads, each with
/// the GPU of its buffers current. The library stays loaded: threads of its own may still be in it.
class CuFileDriver {
 public:
  /// Throws NotApplicable where there is no library, or none that has the functions; CuFileFailure
  /// where the driver cannot be opened so.
  CuFileDriver(const std::string& library, const CuFileMode& mode);
  ~CuFileDriver();
  CuFileDriver(const CuFileDriver&) = delete;
  CuFileDriver(CuFileDriver&&) = delete;
  CuFileDriver& operator=(const CuFileDriver&) = delete;
  CuFileDriver& operator=(CuFileDriver&&) = delete;

  /// A descriptor with O_DIRECT, for which cuFile's handle is given. Throws CuFileFailure.
  void* register_file(int fd) const;
  void deregister_file(void* handle) const;
  /// Memory on the GPU that is current. Throws CuFileFailure.
  void register_memory(void* base, std::uint64_t bytes) const;
  void deregister_memory(void* base) const;

  /// What one call is to move between a file and registered memory.
  struct Move {
    void* handle = nullptr;
    void* base = nullptr;
    std::uint64_t bytes = 0;
    std::uint64_t file_offset = 0;
    std::uint64_t base_offset = 0;
  };
  /// What it moved, or why it did not, in words; is_absence as of is_cufile_absence.
  struct Moved {
    std::uint64_t bytes = 0;
    std::string error = {};
    bool is_absence = false;
  };
  /// Reads, or writes (all operations but reads), and returns when that has ended.
  Moved move(Operation operation, const Move& move) const;

  /// "1.15"; "of unknown version" where the library does not say.
  std::string version() const;
  /// Whether compatibility mode is allowed, as the open driver says; empty where it does not.
  std::optional<bool> compat_allowed() const;
  /// Of reads, or of writes (of all operations but reads), since the driver was opened; empty where
  /// the library is too old to count by way (before 1.15).
  std::optional<CuFileCounts> counts(Operation operation) const;

 private:
  void* address_of(const char* name) const;
  template <class Function>
  Function* symbol(const char* name) const {
    return reinterpret_cast<Function*>(address_of(name));
  }
  template <class Function>
  void require(const char* name, Function*& function) const;
  void allow(const CuFileMode& mode) const;

  void* library_;
  cufile_abi::Read* read_ = nullptr;
  cufile_abi::Write* write_ = nullptr;
  cufile_abi::HandleRegister* register_file_ = nullptr;
  cufile_abi::HandleDeregister* deregister_file_ = nullptr;
  cufile_abi::BufRegister* register_memory_ = nullptr;
  cufile_abi::BufDeregister* deregister_memory_ = nullptr;
  cufile_abi::GetStatsL3* get_counts_ = nullptr;  // of a library that counts, and was told to
};

}  // namespace assay
