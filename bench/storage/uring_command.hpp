#pragma once

#include <liburing.h>
#include <linux/nvme_ioctl.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bench/storage/ring.hpp"

namespace assay {

/// One slot's part in ready-made submission entries.
struct SlotEntry {
  int file = -1;  // descriptor, or index of the registered file
  std::uint8_t sqe_flags = 0;
  bool buffers_registered = false;
  std::byte* buffer = nullptr;
  std::uint32_t block_size = 0;
  std::uint32_t slot = 0;
  std::uint16_t buffer_index = 0;  // of the registered buffer that holds `buffer`
};

/// The NVMe namespace behind a character node.
struct NvmeNamespace {
  std::uint32_t id = 1;
  std::uint32_t block_shift = 9;  // log2 of the logical block in bytes
};

/// What an io_uring carries for a file or block device: reads, writes, fdatasync.
struct FileCommand {
  static constexpr const char* engine = "io_uring";
  static constexpr unsigned setup_flags = 0;
  static constexpr unsigned completion_shift = 0;  // log2 of the size of a completion, in 16 B
  static constexpr bool one_region = true;         // all slots' buffers are registered as one
  using Entry = io_uring_sqe;

  static void fill(Entry& entry, IoKind kind, const SlotEntry& part, const NvmeNamespace&) {
    switch (kind) {
      case IoKind::read:
        part.buffers_registered
            ? io_uring_prep_read_fixed(&entry, part.file, part.buffer, part.block_size, 0, 0)
            : io_uring_prep_read(&entry, part.file, part.buffer, part.block_size, 0);
        break;
      case IoKind::write:
        part.buffers_registered
            ? io_uring_prep_write_fixed(&entry, part.file, part.buffer, part.block_size, 0, 0)
            : io_uring_prep_write(&entry, part.file, part.buffer, part.block_size, 0);
        break;
      case IoKind::fdatasync:
        io_uring_prep_fsync(&entry, part.file, IORING_FSYNC_DATASYNC);
        break;
    }
    entry.flags |= part.sqe_flags;
    entry.user_data = part.slot;
  }
  static void set_offset(Entry& entry, std::uint64_t offset, const NvmeNamespace&) {
    entry.off = offset;
  }
  static void set_size(Entry& entry, std::uint32_t bytes, const NvmeNamespace&) {
    entry.len = bytes;
  }
  static std::int32_t result(const io_uring_cqe& cqe, std::uint32_t /*bytes*/) { return cqe.res; }
};

/// What an io_uring carries for an NVMe character node (/dev/ngXnY): NVMe I/O commands, past the
/// block layer. Opcodes and dwords as in the NVM Command Set Specification 1.0: 02h read, 01h
/// write, 00h flush; CDW10-11 first block, CDW12 number of blocks, zero-based.
struct NvmeCommand {
  static constexpr const char* engine = "io_uring NVMe passthrough (uring_cmd)";
  static constexpr unsigned setup_flags = IORING_SETUP_SQE128 | IORING_SETUP_CQE32;
  static constexpr unsigned completion_shift = 1;
  // The kernel counts the pages of the whole registered buffer against what the device takes in one
  // command (127 segments of a PCI device), not those of the I/O alone: one a slot.
  static constexpr bool one_region = false;
  using Entry = std::array<std::uint64_t, 16>;  // an io_uring_sqe and 64 bytes more
  static constexpr std::uint8_t opcode_flush = 0x00;
  static constexpr std::uint8_t opcode_write = 0x01;
  static constexpr std::uint8_t opcode_read = 0x02;

  /// The command lies in the entry from byte 48 on.
  static std::byte* command_in(Entry& entry) {
    return reinterpret_cast<std::byte*>(entry.data()) + 48;
  }

  static void fill(Entry& entry, IoKind kind, const SlotEntry& part, const NvmeNamespace& space) {
    io_uring_sqe sqe{};
    sqe.opcode = IORING_OP_URING_CMD;
    sqe.fd = part.file;
    sqe.flags = part.sqe_flags;
    sqe.user_data = part.slot;
    sqe.cmd_op = NVME_URING_CMD_IO;
    nvme_uring_cmd command{};
    command.nsid = space.id;
    command.opcode = kind == IoKind::read    ? opcode_read
                     : kind == IoKind::write ? opcode_write
                                             : opcode_flush;
    if (kind != IoKind::fdatasync) {
      command.addr = reinterpret_cast<std::uintptr_t>(part.buffer);
      command.data_len = part.block_size;
      command.cdw12 = (part.block_size >> space.block_shift) - 1;
      if (part.buffers_registered) {
        sqe.rw_flags = fixed_buffer_flag;
        sqe.buf_index = part.buffer_index;
      }
    }
    std::memcpy(entry.data(), &sqe, sizeof sqe);
    std::memcpy(command_in(entry), &command, sizeof command);
  }
  static void set_offset(Entry& entry, std::uint64_t offset, const NvmeNamespace& space) {
    const std::uint64_t block = offset >> space.block_shift;
    std::memcpy(command_in(entry) + offsetof(nvme_uring_cmd, cdw10), &block, sizeof block);
  }
  static void set_size(Entry& entry, std::uint32_t bytes, const NvmeNamespace& space) {
    const std::uint32_t blocks = (bytes >> space.block_shift) - 1;
    std::memcpy(command_in(entry) + offsetof(nvme_uring_cmd, data_len), &bytes, sizeof bytes);
    std::memcpy(command_in(entry) + offsetof(nvme_uring_cmd, cdw12), &blocks, sizeof blocks);
  }
  /// A negative errno, or an NVMe status: 0 for success, anything else is an I/O error.
  static std::int32_t result(const io_uring_cqe& cqe, std::uint32_t bytes) {
    if (cqe.res < 0) return cqe.res;
    return cqe.res == 0 ? static_cast<std::int32_t>(bytes) : -EIO;
  }

 private:
  static constexpr int fixed_buffer_flag = 1;  // IORING_URING_CMD_FIXED, since 6.1
};
static_assert(sizeof(NvmeCommand::Entry) == 128);
static_assert(sizeof(nvme_uring_cmd) <= 80);

}  // namespace assay
