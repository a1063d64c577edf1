#pragma once

#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "bench/storage/aligned_memory.hpp"
#include "bench/storage/file_handle.hpp"

/// Whether this machine has what a test needs, asked of the system without the program: only where
/// it does not is a test skipped, and whatever the program cannot do then fails it.
namespace assay {

namespace direct_io_probe {

inline constexpr std::uint32_t block_bytes = 4096;

inline std::string refused(const std::string& what, int error) {
  return "no direct I/O here: " + what + ": " + std::generic_category().message(error);
}

/// A file without a name, past the page cache and of one block; else why not.
inline std::string open_block(const std::string& directory, const AlignedMemory& memory,
                              FileHandle& file) {
  std::string name = directory + "/probe-XXXXXX";
  file = FileHandle(mkostemp(name.data(), O_CLOEXEC));
  if (!file.valid()) return refused("create a file in " + directory, errno);
  unlink(name.c_str());
  if (fcntl(file.get(), F_SETFL, O_DIRECT) != 0) return refused("O_DIRECT", errno);
  if (pwrite(file.get(), memory.bytes().data(), block_bytes, 0) != ssize_t{block_bytes}) {
    return refused("write a block with O_DIRECT", errno);
  }
  return "";
}

/// Bytes, or a negative errno.
inline int read_block(io_uring& ring, const AlignedMemory& memory, int fd) {
  io_uring_prep_read(io_uring_get_sqe(&ring), fd, memory.bytes().data(), block_bytes, 0);
  io_uring_cqe* completion = nullptr;
  int error = io_uring_submit(&ring);
  if (error < 0) return error;
  do {
    error = io_uring_wait_cqe(&ring, &completion);
  } while (error == -EINTR);
  return error < 0 ? error : completion->res;
}

}  // namespace direct_io_probe

/// Why a file in `directory` cannot be written past the page cache; empty where it can.
inline std::string why_no_direct_io(const std::string& directory) {
  const AlignedMemory memory(direct_io_probe::block_bytes);
  FileHandle file;
  return direct_io_probe::open_block(directory, memory, file);
}

/// Why it cannot, or not be read through an io_uring with these flags of io_uring_setup(2).
inline std::string why_no_direct_uring(const std::string& directory, unsigned ring_flags = 0) {
  const AlignedMemory memory(direct_io_probe::block_bytes);
  FileHandle file;
  std::string why = direct_io_probe::open_block(directory, memory, file);
  if (!why.empty()) return why;
  io_uring ring{};
  const int error = io_uring_queue_init(1, &ring, ring_flags);
  if (error < 0) return direct_io_probe::refused("io_uring", -error);
  const int moved = direct_io_probe::read_block(ring, memory, file.get());
  io_uring_queue_exit(&ring);
  if (moved == static_cast<int>(direct_io_probe::block_bytes)) return "";
  return direct_io_probe::refused("read a block through io_uring", moved < 0 ? -moved : EIO);
}

}  // namespace assay
