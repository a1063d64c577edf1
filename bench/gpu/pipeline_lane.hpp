#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/gpu/block_mover.hpp"
#include "bench/storage/uring_ring.hpp"
#include "kernels/cuda/block_copier.hpp"

namespace assay {

/// Opens the way between host blocks and a GPU: the CUDA one, or a test's.
using OpenCopier = std::function<std::unique_ptr<BlockCopier>(
    int gpu, std::byte* host, std::uint64_t block_bytes, std::uint32_t blocks)>;

/// Moves blocks through a ring of page-locked buffers, each of which is either at the drive or on
/// its way between host and GPU. Belongs to one thread. Precondition: the span holds a block for
/// each buffer.
class PipelineLane : public BlockMover {
 public:
  /// Throws std::runtime_error (std::system_error, NotApplicable) in words.
  PipelineLane(const LaneSpec& spec, const OpenCopier& open);

  std::string run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes) override;
  std::string check() override;
  std::vector<NamedText> method() const override;
  std::uint64_t checked() const override { return checked_; }

 private:
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
  std::vector<std::uint64_t> last_turns_;  // by buffer
  std::deque<std::uint32_t> copying_;      // in the order begun, which is that in which they end
  std::uint32_t in_flight_ = 0;
  std::uint32_t driving_ = 0;  // of those, at the drive
  std::uint64_t turns_ = 0;
  bool ending_ = false;
  std::string failure_;
  std::uint64_t checked_ = 0;
};

}  // namespace assay
