#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bench/storage/aligned_memory.hpp"
#include "kernels/cuda/device_blocks.hpp"

namespace assay {

/// Device memory that is host memory.
class FakeBlocks : public DeviceBlocks {
 public:
  FakeBlocks(std::uint64_t block_bytes, std::uint32_t blocks)
      : block_bytes_(block_bytes), memory_(block_bytes * blocks) {}

  void attach() override {}
  void* data() const override { return memory_.bytes().data(); }
  std::uint64_t size_bytes() const override { return memory_.bytes().size(); }
  void fill(std::uint32_t block, const std::byte* from) override {
    std::memcpy(at(block), from, block_bytes_);
  }
  void stamp(std::uint32_t block, const std::byte* from) override {
    for (std::uint64_t i = 0; i < block_bytes_; i += 4096) std::memcpy(at(block) + i, from + i, 8);
  }
  void fetch(std::uint32_t block, std::byte* to) override {
    std::memcpy(to, at(block), block_bytes_);
  }

 private:
  std::byte* at(std::uint32_t block) const { return memory_.bytes().data() + block * block_bytes_; }

  std::uint64_t block_bytes_;
  AlignedMemory memory_;
};

}  // namespace assay
