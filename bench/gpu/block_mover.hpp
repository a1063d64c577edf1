#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/storage/file_handle.hpp"
#include "reports/model/plan.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One drive and the GPU that it feeds, or that is written to it.
struct LaneSpec {
  std::shared_ptr<const FileHandle> file;  // with O_DIRECT; outlives the lane even when it hangs
  std::uint64_t span_bytes = 0;
  Operation operation = Operation::read;
  std::uint32_t block_bytes = 0;
  std::uint32_t buffers = 1;
  std::uint32_t gpu = 0;  // CUDA index
  std::uint64_t seed = 0;

  std::uint64_t places() const { return span_bytes / block_bytes; }
  /// Whether what was written last at a place is known: of two writes to it that are in flight at
  /// once, either may be.
  bool can_be_compared() const {
    return operation == Operation::read || places() >= std::uint64_t{2} * buffers;
  }
  std::uint64_t offset_of(std::uint64_t turn) const { return turn % places() * block_bytes; }
};

/// "a read of 1m at offset 0", of the block that is moved as the turn-th.
std::string what_was_moved(const LaneSpec& spec, std::uint64_t turn);

/// Reads a block from the drive again and compares it byte by byte with what the GPU holds of it;
/// tells the first difference, or what failed, or nothing.
std::string compare_with_stored(const LaneSpec& spec, std::uint64_t turn,
                                std::span<const std::byte> at_gpu);

/// Moves blocks in ascending order between one drive and one GPU.
class BlockMover {
 public:
  BlockMover() = default;
  BlockMover(const BlockMover&) = delete;
  BlockMover(BlockMover&&) = delete;
  BlockMover& operator=(const BlockMover&) = delete;
  BlockMover& operator=(BlockMover&&) = delete;
  virtual ~BlockMover() = default;

  /// Until `stop`, then until nothing is in flight. Every block that came all the way is counted in
  /// `bytes`. The first I/O that fails ends it: what failed is then the answer, else nothing.
  virtual std::string run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes) = 0;

  /// To be called after run: compares, for each buffer, the block that went through last at both
  /// ends, byte by byte; tells the first difference, or nothing.
  virtual std::string check() = 0;

  /// How the data went, for the method of the result.
  virtual std::vector<NamedText> method() const = 0;

  /// Blocks that were compared.
  virtual std::uint64_t checked() const = 0;
};

/// Waits until what was written is on the medium (fdatasync). Throws std::system_error.
void flush_lane(const LaneSpec& spec);

}  // namespace assay
