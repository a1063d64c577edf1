#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace assay {

enum class CopyDirection { to_device, to_host };

/// Blocks of a host that each have a counterpart of the same size in the memory of a GPU. Used from
/// the thread that opened it. Everything that fails throws std::runtime_error in words.
class BlockCopier {
 public:
  BlockCopier() = default;
  BlockCopier(const BlockCopier&) = delete;
  BlockCopier(BlockCopier&&) = delete;
  BlockCopier& operator=(const BlockCopier&) = delete;
  BlockCopier& operator=(BlockCopier&&) = delete;
  virtual ~BlockCopier() = default;

  /// Begins to copy a whole block. Precondition: is_done of its copy before.
  virtual void start(std::uint32_t block, CopyDirection direction) = 0;

  /// Whether the block's last copy has ended.
  virtual bool is_done(std::uint32_t block) = 0;

  /// What the block's counterpart on the device holds, after all copies. Precondition: `to` has
  /// room for a block.
  virtual void fetch(std::uint32_t block, std::byte* to) = 0;
};

/// Page-locks `blocks` x `block_bytes` at `host`, the caller's for as long as the copier lives, and
/// fills the counterparts on the GPU with that CUDA index with what the host blocks hold. Throws
/// std::runtime_error when there is no such GPU, or not that much memory.
std::unique_ptr<BlockCopier> open_cuda_copier(int gpu, std::byte* host, std::uint64_t block_bytes,
                                              std::uint32_t blocks);

}  // namespace assay
