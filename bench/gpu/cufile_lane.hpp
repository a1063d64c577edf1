#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/gpu/block_mover.hpp"
#include "bench/gpu/cufile_driver.hpp"
#include "kernels/cuda/device_blocks.hpp"

namespace assay {

/// Opens blocks on a GPU: the CUDA ones, or a test's.
using OpenBlocks = std::function<std::unique_ptr<DeviceBlocks>(int gpu, std::uint64_t block_bytes,
                                                               std::uint32_t blocks)>;

/// Moves blocks by cuFile, as gdsio does it: each buffer has a thread of its own with one call in
/// flight, which takes the next block in ascending order. run, check and the destructor are called
/// from one thread. Precondition: the span holds a block for each buffer, and the driver lives
/// longer.
class CuFileLane : public BlockMover {
 public:
  /// Registers the file and the GPU's memory and moves the first block once, so that what cannot
  /// work is known. Throws CuFileFailure when cuFile refuses it, std::runtime_error in words when
  /// the GPU's memory cannot be had.
  CuFileLane(const LaneSpec& spec, const CuFileDriver& driver, const OpenBlocks& open);
  ~CuFileLane() override;
  CuFileLane(const CuFileLane&) = delete;
  CuFileLane(CuFileLane&&) = delete;
  CuFileLane& operator=(const CuFileLane&) = delete;
  CuFileLane& operator=(CuFileLane&&) = delete;

  std::string run(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& bytes) override;
  std::string check() override;
  std::vector<NamedText> method() const override;
  std::uint64_t checked() const override { return checked_; }

 private:
  void set_up();
  void tear_down() noexcept;
  CuFileDriver::Moved move(std::uint32_t buffer, std::uint64_t turn, std::byte* scratch);
  std::string serve(std::uint32_t buffer, const std::atomic<bool>& stop,
                    std::atomic<std::uint64_t>& bytes);

  LaneSpec spec_;
  const CuFileDriver& driver_;
  std::unique_ptr<DeviceBlocks> blocks_;
  void* handle_ = nullptr;
  bool memory_registered_ = false;
  std::vector<std::uint64_t> last_turns_;  // by buffer
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<bool> failed_{false};
  std::uint64_t checked_ = 0;
};

}  // namespace assay
