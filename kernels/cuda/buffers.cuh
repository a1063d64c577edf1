#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "kernels/cuda/error.cuh"

namespace assay {

enum class Location { none, device, pinned_host };

/// Owns bytes in device memory, or in pinned host memory that the device can address too.
class Buffer {
 public:
  Buffer() = default;
  Buffer(Location location, std::uint64_t bytes) : location_(location) {
    const std::string amount = std::to_string(bytes) + " bytes of ";
    if (location == Location::device) {
      check_cuda(cudaMalloc(&data_, bytes), "allocate " + amount + "device memory");
    }
    if (location == Location::pinned_host) {
      check_cuda(cudaMallocHost(&data_, bytes), "allocate " + amount + "pinned host memory");
    }
  }
  Buffer(Buffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), location_(other.location_) {}
  Buffer& operator=(Buffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(location_, other.location_);
    return *this;
  }
  ~Buffer() {
    if (location_ == Location::device) cudaFree(data_);
    if (location_ == Location::pinned_host) cudaFreeHost(data_);
  }
  void* data() const { return data_; }

 private:
  void* data_ = nullptr;
  Location location_ = Location::none;
};

/// Owns one event of the default stream.
class Event {
 public:
  Event() { check_cuda(cudaEventCreate(&event_), "create a CUDA event"); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { cudaEventDestroy(event_); }
  void record() { check_cuda(cudaEventRecord(event_), "record a CUDA event"); }
  double seconds_since(const Event& start) const {
    check_cuda(cudaEventSynchronize(event_), "wait for the GPU");
    float ms = 0;
    check_cuda(cudaEventElapsedTime(&ms, start.event_, event_), "read the time between events");
    return ms / 1e3;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace assay
