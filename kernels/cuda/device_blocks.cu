#include <algorithm>
#include <deque>
#include <string>

#include "kernels/cuda/buffers.cuh"
#include "kernels/cuda/device_blocks.hpp"
#include "kernels/cuda/transfer.cuh"

namespace assay {
namespace {

/// An allocation of this size has a page of the GPU to itself and begins on its boundary; smaller
/// ones share pages, and DMA from storage wants its target aligned.
constexpr std::uint64_t device_page_bytes = 2U << 20;
constexpr std::uint64_t stamp_stride = 4096;
constexpr std::uint64_t stamp_bytes = 8;

class CudaBlocks : public DeviceBlocks {
 public:
  CudaBlocks(int gpu, std::uint64_t block_bytes, std::uint32_t blocks)
      : gpu_(gpu),
        block_bytes_(block_bytes),
        size_bytes_(std::max(block_bytes * blocks, device_page_bytes)),
        device_(Location::device, size_bytes_),
        streams_(blocks) {}

  void attach() override { check_cuda(cudaSetDevice(gpu_), "open GPU " + std::to_string(gpu_)); }
  void* data() const override { return device_.data(); }
  std::uint64_t size_bytes() const override { return size_bytes_; }

  void fill(std::uint32_t block, const std::byte* from) override {
    const cudaStream_t stream = streams_[block].get();
    check_cuda(cudaMemcpyAsync(at(block), from, block_bytes_, cudaMemcpyHostToDevice, stream),
               "fill device memory");
    check_cuda(cudaStreamSynchronize(stream), "fill device memory");
  }

  void stamp(std::uint32_t block, const std::byte* from) override {
    const cudaStream_t stream = streams_[block].get();
    check_cuda(cudaMemcpy2DAsync(at(block), stamp_stride, from, stamp_stride, stamp_bytes,
                                 block_bytes_ / stamp_stride, cudaMemcpyHostToDevice, stream),
               "stamp a block in device memory");
    check_cuda(cudaStreamSynchronize(stream), "stamp a block in device memory");
  }

  void fetch(std::uint32_t block, std::byte* to) override {
    const cudaStream_t stream = streams_[block].get();
    check_cuda(cudaMemcpyAsync(to, at(block), block_bytes_, cudaMemcpyDeviceToHost, stream),
               "fetch a block from the GPU");
    check_cuda(cudaStreamSynchronize(stream), "fetch a block from the GPU");
  }

 private:
  std::byte* at(std::uint32_t block) const {
    return static_cast<std::byte*>(device_.data()) + block * block_bytes_;
  }

  int gpu_;
  std::uint64_t block_bytes_;
  std::uint64_t size_bytes_;
  Buffer device_;
  std::deque<Stream> streams_;  // by block, so that no thread waits for another's copy
};

}  // namespace

std::unique_ptr<DeviceBlocks> open_device_blocks(int gpu, std::uint64_t block_bytes,
                                                 std::uint32_t blocks) {
  check_cuda(cudaSetDevice(gpu), "open GPU " + std::to_string(gpu));
  return std::make_unique<CudaBlocks>(gpu, block_bytes, blocks);
}

}  // namespace assay
