#pragma once

#include <cstdint>
#include <string>

#include "bench/measure/run_control.hpp"
#include "bench/storage/file_handle.hpp"

namespace assay {

/// Owns the file that storage cases of a file system run on. It never has a name (O_TMPFILE; where
/// the file system lacks that, the name is taken away at once), so that it is gone whenever the
/// process is, by whatever signal or power cut. (NFS gives what is open a name of its own, which
/// only the client takes away: a power cut of that one leaves it behind.)
class TestFile {
 public:
  /// Creates the file in `directory` and reserves `size_bytes`. Throws std::runtime_error in words
  /// (no space, read-only, no O_DIRECT here), having left nothing behind.
  TestFile(const std::string& directory, std::uint64_t size_bytes);

  int fd() const { return handle_.get(); }
  std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  FileHandle handle_;
  std::uint64_t size_bytes_;
};

/// A second descriptor of the same file or device, opened for reading and writing with O_DIRECT and
/// these flags (O_DSYNC). Throws std::runtime_error in words.
FileHandle reopen_direct(int fd, int flags);

/// Whether what is written can be checked later (verify.hpp): then every unit of 4 KiB is stamped
/// as the first generation of its place.
enum class FillData : std::uint8_t { unique, checkable };

/// Writes [0, size_bytes) of fd once, in ascending blocks of 1 MiB with several in flight, with
/// incompressible data from the seed, then fdatasync. Precondition: size_bytes is in whole MiB.
/// With `from_bytes`, in whole MiB, it goes on where an earlier call with the same seed ended.
/// Returns the bytes that are written then, from 0: all of them, or fewer when a stop was asked
/// for. Throws std::runtime_error in words.
std::uint64_t fill_sequentially(int fd, std::uint64_t size_bytes, std::uint64_t seed,
                                const RunControl& control, FillData data = FillData::unique,
                                std::uint64_t from_bytes = 0);

}  // namespace assay
