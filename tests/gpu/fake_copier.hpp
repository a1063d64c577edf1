#pragma once

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/gpu/pipeline_lane.hpp"

namespace assay {

/// What a test wants of the GPUs, and what they were asked for. Shared by the lanes of a case.
struct FakeLink {
  std::string failure;                             // thrown by the third copy
  std::uint32_t polls = 2;                         // until a copy has ended
  std::uint64_t spoiled_byte = ~std::uint64_t{0};  // of a block, changed on its way
  std::atomic<bool> hangs = false;
  std::mutex mutex;
  std::vector<int> opened;  // CUDA indices
};

/// Device memory that is host memory: a copy happens when it is looked for the last time.
class FakeCopier : public BlockCopier {
 public:
  FakeCopier(FakeLink& link, std::byte* host, std::uint64_t block_bytes, std::uint32_t blocks)
      : link_(link),
        host_(host),
        block_bytes_(block_bytes),
        device_(host, host + block_bytes * blocks),
        pending_(blocks) {}

  void start(std::uint32_t block, CopyDirection direction) override {
    if (++copies_ == 3 && !link_.failure.empty()) throw std::runtime_error(link_.failure);
    pending_[block] = {link_.polls, direction};
  }

  bool is_done(std::uint32_t block) override {
    if (link_.hangs) return false;
    Pending& copy = pending_[block];
    if (copy.polls > 0 && --copy.polls > 0) return false;
    std::byte* const device = device_.data() + block * block_bytes_;
    std::byte* const host = host_ + block * block_bytes_;
    const bool up = copy.direction == CopyDirection::to_device;
    std::memcpy(up ? device : host, up ? host : device, block_bytes_);
    if (link_.spoiled_byte < block_bytes_) {
      (up ? device : host)[link_.spoiled_byte] ^= std::byte{1};
    }
    return true;
  }

  void fetch(std::uint32_t block, std::byte* to) override {
    std::memcpy(to, device_.data() + block * block_bytes_, block_bytes_);
  }

 private:
  struct Pending {
    std::uint32_t polls = 0;
    CopyDirection direction = CopyDirection::to_device;
  };
  FakeLink& link_;
  std::byte* host_;
  std::uint64_t block_bytes_;
  std::vector<std::byte> device_;
  std::vector<Pending> pending_;
  std::uint32_t copies_ = 0;
};

inline OpenCopier fake_link(const std::shared_ptr<FakeLink>& link) {
  return [link](int gpu, std::byte* host, std::uint64_t block_bytes, std::uint32_t blocks) {
    const std::lock_guard lock(link->mutex);
    link->opened.push_back(gpu);
    return std::make_unique<FakeCopier>(*link, host, block_bytes, blocks);
  };
}

}  // namespace assay
