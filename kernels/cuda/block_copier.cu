#include <string>
#include <vector>

#include "kernels/cuda/block_copier.hpp"
#include "kernels/cuda/buffers.cuh"
#include "kernels/cuda/transfer.cuh"

namespace assay {
namespace {

/// Owns an event that only tells whether what was before it has ended.
class Mark {
 public:
  Mark() {
    check_cuda(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "create a CUDA event");
  }
  Mark(Mark&& other) noexcept : event_(std::exchange(other.event_, nullptr)) {}
  Mark& operator=(Mark&&) = delete;
  ~Mark() {
    if (event_ != nullptr) cudaEventDestroy(event_);
  }
  void record(cudaStream_t stream) {
    check_cuda(cudaEventRecord(event_, stream), "record a CUDA event");
  }
  bool is_reached() const {
    const cudaError_t answer = cudaEventQuery(event_);
    if (answer == cudaErrorNotReady) {
      cudaGetLastError();
      return false;
    }
    check_cuda(answer, "copy a block between host and GPU");
    return true;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

/// Page-locks host memory that somebody else owns.
class PageLock {
 public:
  PageLock(std::byte* data, std::uint64_t bytes) : data_(data) {
    check_cuda(cudaHostRegister(data, bytes, cudaHostRegisterPortable),
               "page-lock " + std::to_string(bytes) + " bytes of host memory");
  }
  PageLock(const PageLock&) = delete;
  PageLock& operator=(const PageLock&) = delete;
  ~PageLock() { cudaHostUnregister(data_); }

 private:
  std::byte* data_;
};

class CudaCopier : public BlockCopier {
 public:
  CudaCopier(std::byte* host, std::uint64_t block_bytes, std::uint32_t blocks)
      : host_(host),
        block_bytes_(block_bytes),
        lock_(host, block_bytes * blocks),
        device_(Location::device, block_bytes * blocks),
        marks_(blocks) {
    check_cuda(cudaMemcpy(device_.data(), host, block_bytes * blocks, cudaMemcpyHostToDevice),
               "fill device memory");
  }
  ~CudaCopier() override { cudaStreamSynchronize(stream_.get()); }

  void start(std::uint32_t block, CopyDirection direction) override {
    std::byte* const at_host = host_ + block * block_bytes_;
    std::byte* const at_device = device_block(block);
    const bool up = direction == CopyDirection::to_device;
    check_cuda(cudaMemcpyAsync(up ? at_device : at_host, up ? at_host : at_device, block_bytes_,
                               up ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost, stream_.get()),
               "copy a block between host and GPU");
    marks_[block].record(stream_.get());
  }

  bool is_done(std::uint32_t block) override { return marks_[block].is_reached(); }

  void fetch(std::uint32_t block, std::byte* to) override {
    check_cuda(cudaStreamSynchronize(stream_.get()), "wait for copies");
    check_cuda(cudaMemcpy(to, device_block(block), block_bytes_, cudaMemcpyDeviceToHost),
               "fetch a block from the GPU");
  }

 private:
  std::byte* device_block(std::uint32_t block) const {
    return static_cast<std::byte*>(device_.data()) + block * block_bytes_;
  }

  std::byte* host_;
  std::uint64_t block_bytes_;
  PageLock lock_;
  Buffer device_;
  Stream stream_;
  std::vector<Mark> marks_;  // by block
};

}  // namespace

std::unique_ptr<BlockCopier> open_cuda_copier(int gpu, std::byte* host, std::uint64_t block_bytes,
                                              std::uint32_t blocks) {
  check_cuda(cudaSetDevice(gpu), "open GPU " + std::to_string(gpu));
  return std::make_unique<CudaCopier>(host, block_bytes, blocks);
}

}  // namespace assay
