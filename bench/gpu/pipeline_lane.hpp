#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/storage/file_handle.hpp"
#include "bench/storage/uring_ring.hpp"
#include "kernels/cuda/block_copier.hpp"
#include "reports/model/plan.hpp"

namespace assay {

/// Opens the way between host blocks and a GPU: the CUDA one, or a test's.
using OpenCopier = std::function<std::unique_ptr<BlockCopier>(
    int gpu, std::byte* host, std::uint64_t block_bytes, std::uint32_t blocks)>;

/// One drive and the GPU that it feeds, or that is written to it.
struct LaneSpec {
  std::shared_ptr<const FileHandle> file;  // with O_DIRECT; outlives the lane even when it hangs
  std::uint64_t span_bytes = 0;
  Operation operation = Operation::read;
  std::uint32_t block_bytes = 0;
  std::uint32_t buffers = 1;
  std::uint32_t gpu = 0;  // CUDA index
  std::uint64_t seed = 0;
};

/// Moves blocks in ascending order through a ring of page-locked buffers, each of which is either
/// at the drive or on its way between host and GPU. Belongs to one thread. Precondition: the span
/// holds a block for each buffer.
class PipelineLane {
 public:
  /// Throws std::runtime_error (std::system_error, NotApplicable) in words.
  PipelineLane(const LaneSpec& spec, const OpenCopier& open);

  /// Until `stop`, then until nothing is in flight. Every block that came all the way is counted in
  /// `bytes`. The first I/O that fails ends it: what failed is then the answer, else nothing.
  std::string run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes);

  /// To be called after run: compares, for each buffer, the block that went through last at both
  /// ends, byte by byte; tells the first difference, or nothing.
  std::string check();

  /// Waits until what was written is on the medium (fdatasync).
  void flush() const;

  const std::vector<NamedText>& method() const { return ring_.method(); }
  std::uint64_t checked() const { return checked_; }

 private:
  struct Buffer {
    std::uint64_t turn = 0;  // how many blocks were begun before this one
    bool used = false;       // a block went all the way
  };

  bool is_read() const { return spec_.operation == Operation::read; }
  std::uint64_t offset_of(std::uint64_t turn) const {
    return turn % (spec_.span_bytes / spec_.block_bytes) * spec_.block_bytes;
  }
  void begin(std::uint32_t buffer);
  void at_drive(std::uint32_t buffer);
  void to_copy(std::uint32_t buffer);
  bool reap_copies(std::atomic<std::uint64_t>& bytes);
  bool reap_drive(std::atomic<std::uint64_t>& bytes);
  void finish(std::uint32_t buffer, std::atomic<std::uint64_t>& bytes);
  void judge(std::uint32_t buffer, std::int32_t result);

  LaneSpec spec_;
  UringRing ring_;
  std::unique_ptr<BlockCopier> copier_;
  std::vector<Buffer> buffers_;
  std::deque<std::uint32_t> copying_;  // in the order begun, which is that in which they end
  std::uint32_t in_flight_ = 0;
  std::uint32_t driving_ = 0;  // of those, at the drive
  std::uint64_t turns_ = 0;
  bool ending_ = false;
  std::string failure_;
  std::uint64_t checked_ = 0;
};

}  // namespace assay
