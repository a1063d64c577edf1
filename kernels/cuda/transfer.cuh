#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cuda/buffers.cuh"
#include "kernels/cuda/memory_kernels.hpp"
#include "kernels/cuda/ring_walk.hpp"

namespace assay {

/// Owns a blocking stream: the default stream waits for it, and it for the default stream.
class Stream {
 public:
  Stream() { check_cuda(cudaStreamCreate(&stream_), "create a CUDA stream"); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { cudaStreamDestroy(stream_); }
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

/// Owns memory on the host for a transfer: [0, bytes) is sent to the device, [bytes, 2 x bytes)
/// comes from it. The memory is the task's or its own, page-locked as the task says.
class HostMemory {
 public:
  explicit HostMemory(const GpuTask& task);
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  ~HostMemory();
  char* data() const { return data_; }
  /// Where kernels find it; only of page-locked memory.
  char* device_data() const;

 private:
  std::unique_ptr<char[]> own_;
  Buffer pinned_;
  char* data_ = nullptr;
  void* registered_ = nullptr;
};

/// Owns the memories of a transfer. `sent` goes from host to device; `received` from device to
/// host; or `sent` goes to the peer.
class Transfer {
 public:
  Transfer(const GpuTask& task, int device, std::uint32_t multiprocessors);

  /// Once; what follows on the default stream waits for it.
  void launch();
  /// Adds the 4-byte words that did not arrive to *wrong.
  void count_wrong(unsigned long long* wrong);
  /// So that no check passes on data that came earlier.
  void spoil();
  std::string shape() const;

 private:
  bool sends() const;
  bool receives() const;
  bool is_peer() const;
  void prepare_peer();
  void copy(void* to, const void* from, cudaMemcpyKind kind, const Stream& stream);
  void count_wrong_in(const void* data, unsigned long long* wrong);
  std::uint64_t words() const { return task_.array_bytes / sizeof(std::uint32_t); }
  std::uint32_t nodes() const { return static_cast<std::uint32_t>(words() / chase_words_per_node); }

  GpuTask task_;
  int device_;
  GpuGrid grid_;
  std::unique_ptr<HostMemory> host_;
  Buffer source_;       // on the device: random data
  Buffer destination_;  // on the device: what arrived, or a copy of it for the check
  Buffer peer_;         // on the peer
  RingWalk walk_;
  Stream out_;
  Stream in_;
};

}  // namespace assay
