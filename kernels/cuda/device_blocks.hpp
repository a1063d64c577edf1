#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace assay {

/// Blocks of one size, back to back in the memory of a GPU, which something other than a copy fills
/// or empties. Used from any number of threads that each called attach, each on blocks of its own.
/// Everything that fails throws std::runtime_error in words.
class DeviceBlocks {
 public:
  DeviceBlocks() = default;
  DeviceBlocks(const DeviceBlocks&) = delete;
  DeviceBlocks(DeviceBlocks&&) = delete;
  DeviceBlocks& operator=(const DeviceBlocks&) = delete;
  DeviceBlocks& operator=(DeviceBlocks&&) = delete;
  virtual ~DeviceBlocks() = default;

  /// Makes the GPU the calling thread's own.
  virtual void attach() = 0;

  /// The first block's address on the device, and how much of it is allocated: all blocks at least.
  virtual void* data() const = 0;
  virtual std::uint64_t size_bytes() const = 0;

  /// Copies a block from the host, and waits for it.
  virtual void fill(std::uint32_t block, const std::byte* from) = 0;

  /// Copies the first 8 bytes of each 4 KiB from a block of the host, and waits for it.
  virtual void stamp(std::uint32_t block, const std::byte* from) = 0;

  /// Copies a block to the host, and waits for it.
  virtual void fetch(std::uint32_t block, std::byte* to) = 0;
};

/// Allocates `blocks` x `block_bytes` (a multiple of 4 KiB) on the GPU with that CUDA index, for
/// the calling thread to use. Throws std::runtime_error when there is no such GPU, or not that much
/// memory.
std::unique_ptr<DeviceBlocks> open_device_blocks(int gpu, std::uint64_t block_bytes,
                                                 std::uint32_t blocks);

}  // namespace assay
