#include "bench/storage/test_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "bench/storage/pread_ring.hpp"
#include "bench/storage/uring_ring.hpp"
#include "bench/storage/verify.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr std::uint32_t fill_block_bytes = 1U << 20;
constexpr std::uint32_t fill_depth = 8;

/// The Plan allows a fifth; others may have taken space since then, above all when a run is
/// resumed.
constexpr std::uint64_t share_of_free_space_divisor = 4;

std::string words(int error) { return std::generic_category().message(error); }

[[noreturn]] void cannot_create(const std::string& directory, int error) {
  std::string hint;
  if (error == EINVAL || error == EOPNOTSUPP) {
    hint = " (the file system has no direct I/O: choose a directory on a local disk with --target)";
  } else if (error == EROFS) {
    hint = " (the file system is mounted read-only: choose another directory with --target)";
  } else if (error == EACCES || error == EPERM) {
    hint =
        " (no permission to write there: choose another directory with --target, or run as root)";
  } else if (error == ENOSPC || error == EDQUOT) {
    hint = " (no space left: free some, or choose another directory with --target)";
  }
  throw std::runtime_error(
      fmt::format("create a test file in {} with O_DIRECT: {}{}", directory, words(error), hint));
}

FileHandle open_unnamed(const std::string& directory) {
  const int flags = O_RDWR | O_DIRECT | O_CLOEXEC;
  FileHandle unnamed(open(directory.c_str(), flags | O_TMPFILE, 0600));
  if (unnamed.valid()) return unnamed;
  // EISDIR: a kernel, or EOPNOTSUPP: a file system without O_TMPFILE.
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT) cannot_create(directory, errno);
  std::string name = directory + "/.assay-test-file-XXXXXX";
  // O_DIRECT only once the name is gone: where it is refused, no file may stay behind.
  FileHandle named(mkostemp(name.data(), O_CLOEXEC));
  if (!named.valid()) cannot_create(directory, errno);
  unlink(name.c_str());
  if (fcntl(named.get(), F_SETFL, O_DIRECT) != 0) cannot_create(directory, errno);
  return named;
}

/// Each unit as the first generation of its place.
void stamp_block(std::byte* block, std::uint64_t offset, std::uint64_t seed) {
  for (std::uint32_t at = 0; at < fill_block_bytes; at += verify_unit_bytes) {
    stamp_unit({block + at, verify_unit_bytes}, offset + at, seed, 1);
  }
}

/// Bytes of the target to be filled.
struct FillRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

template <Ring RingType>
std::uint64_t fill_with(RingType& ring, std::uint32_t depth, const FillRange& range,
                        std::uint64_t seed, FillData data, const RunControl& control) {
  using SteadyClock = std::chrono::steady_clock;
  const std::uint64_t blocks = range.end / fill_block_bytes;
  std::uint64_t next = range.begin / fill_block_bytes;
  std::uint64_t done = next * fill_block_bytes;
  std::uint32_t in_flight = 0;
  auto told_at = SteadyClock::now();
  std::uint64_t told_bytes = done;
  const auto issue = [&](std::uint32_t slot) {
    if (next == blocks || control.stop_requested()) return;
    if (data == FillData::checkable) {
      stamp_block(ring.buffer(slot), next * fill_block_bytes, seed);
    } else {
      stamp_unique(ring.buffer(slot), fill_block_bytes, seed + next);
    }
    ring.prepare(IoKind::write, slot, next++ * fill_block_bytes);
    ++in_flight;
  };
  const auto check = [](std::int32_t result) {
    if (result == static_cast<std::int32_t>(fill_block_bytes)) return;
    throw std::runtime_error(fmt::format(
        "write test data: {}", result < 0 ? words(-result) : "fewer bytes than asked for"));
  };
  for (std::uint32_t slot = 0; slot < depth; ++slot) issue(slot);
  while (in_flight > 0) {
    ring.submit_and_wait();
    ring.reap(depth, [&](std::uint32_t slot, std::int32_t result) {
      --in_flight;
      check(result);
      done += fill_block_bytes;
      issue(slot);
    });
    const std::chrono::duration<double> since = SteadyClock::now() - told_at;
    if (since.count() < 1) continue;
    control.progress({0, static_cast<double>(done - told_bytes) / since.count()});
    told_at = SteadyClock::now();
    told_bytes = done;
  }
  return done;
}

}  // namespace

TestFile::TestFile(const std::string& directory, std::uint64_t size_bytes)
    : handle_(open_unnamed(directory)), size_bytes_(size_bytes) {
  struct statvfs space {};
  if (fstatvfs(handle_.get(), &space) == 0 &&
      size_bytes > std::uint64_t{space.f_bavail} * space.f_frsize / share_of_free_space_divisor) {
    throw std::runtime_error(fmt::format(
        "the test file of {} in {} would now take over a quarter of the free space: free "
        "some, or start a new run with a smaller --size",
        format_bytes(static_cast<double>(size_bytes)), directory));
  }
  // Not posix_fallocate: where the file system cannot reserve, that one writes instead.
  const bool reserved = fallocate(handle_.get(), 0, 0, static_cast<off_t>(size_bytes)) == 0;
  const int error = reserved ? 0 : errno;
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
    throw std::runtime_error(
        fmt::format("reserve {} for the test file in {}: {} (ask for less with --size)",
                    format_bytes(static_cast<double>(size_bytes)), directory, words(error)));
  }
  if (error != 0 && error != EOPNOTSUPP) cannot_create(directory, error);
}

FileHandle reopen_direct(int fd, int flags) {
  const std::string self = fmt::format("/proc/self/fd/{}", fd);
  FileHandle again(open(self.c_str(), O_RDWR | O_DIRECT | O_CLOEXEC | flags));
  if (!again.valid()) {
    throw std::runtime_error(fmt::format("open the target again: {}", words(errno)));
  }
  return again;
}

std::uint64_t fill_sequentially(int fd, std::uint64_t size_bytes, std::uint64_t seed,
                                const RunControl& control, FillData data,
                                std::uint64_t from_bytes) {
  const FillRange range{from_bytes, size_bytes};
  std::uint64_t done = 0;
  std::optional<UringRing> ring;
  try {
    ring.emplace(UringSetup{fd, fill_depth, fill_block_bytes, seed});
  } catch (const std::system_error&) {
    // Forbidden, or not in the kernel: slower, but the data are the same.
    PreadRing one_by_one({fd, 1, fill_block_bytes, seed});
    done = fill_with(one_by_one, 1, range, seed, data, control);
  }
  if (ring) done = fill_with(*ring, fill_depth, range, seed, data, control);
  if (fdatasync(fd) != 0) throw std::runtime_error("fdatasync of the test data: " + words(errno));
  return done;
}

}  // namespace assay
