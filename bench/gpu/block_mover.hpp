#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
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

  bool is_read() const { return operation == Operation::read; }
  std::uint64_t places() const { return span_bytes / block_bytes; }
  std::uint64_t offset_of(std::uint64_t turn) const { return turn % places() * block_bytes; }
};

/// "a read of 1m at offset 0", of the block that is moved as the turn-th.
std::string what_was_moved(const LaneSpec& spec, std::uint64_t turn);

/// For each buffer the block that went through last is read from the drive again and compared byte
/// by byte with what the GPU holds of it, which `fetch` brings to the host; tells the first
/// difference, or what failed, or nothing. `last_turns` is by buffer, `turns` how many blocks were
/// begun in all. Left out is what was written over since, and what two buffers wrote to one place:
/// either may have come last. `checked` counts the blocks.
std::string check_last_blocks(const LaneSpec& spec, std::span<const std::uint64_t> last_turns,
                              std::uint64_t turns,
                              const std::function<void(std::uint32_t, std::byte*)>& fetch,
                              std::uint64_t& checked);

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
