#include <cstring>
#include <stdexcept>

#include "kernels/cuda/transfer.cuh"

namespace assay {
namespace {

constexpr GpuVariant copy_variant{16, 4, GpuSchedule::grid_stride, GpuStaging::registers};

/// Makes a device the current one of this thread for a while.
class Current {
 public:
  explicit Current(int device) {
    check_cuda(cudaGetDevice(&before_), "ask for the current GPU");
    check_cuda(cudaSetDevice(device), "change to GPU " + std::to_string(device));
  }
  Current(const Current&) = delete;
  Current& operator=(const Current&) = delete;
  ~Current() { cudaSetDevice(before_); }

 private:
  int before_ = 0;
};

}  // namespace

HostMemory::HostMemory(const GpuTask& task) {
  const std::uint64_t bytes = 2 * task.array_bytes;
  data_ = static_cast<char*>(task.host_memory);
  if (data_ != nullptr && task.host == GpuHostMemory::pinned) {
    check_cuda(cudaHostRegister(data_, bytes, cudaHostRegisterPortable | cudaHostRegisterMapped),
               "page-lock " + std::to_string(bytes) + " bytes of host memory");
    registered_ = data_;
  } else if (data_ == nullptr && task.host == GpuHostMemory::pinned) {
    pinned_ = Buffer(Location::pinned_host, bytes);
    data_ = static_cast<char*>(pinned_.data());
  } else if (data_ == nullptr) {
    own_ = std::make_unique<char[]>(bytes);
    data_ = own_.get();
  }
}

HostMemory::~HostMemory() {
  if (registered_ != nullptr) cudaHostUnregister(registered_);
}

char* HostMemory::device_data() const {
  void* data = nullptr;
  check_cuda(cudaHostGetDevicePointer(&data, data_, 0), "ask where kernels find host memory");
  return static_cast<char*>(data);
}

Transfer::Transfer(const GpuTask& task, int device, std::uint32_t multiprocessors)
    : task_(task),
      device_(device),
      source_(Location::device, task.array_bytes),
      destination_(Location::device, task.array_bytes) {
  launch_fill_random(GpuElement::f32, source_.data(), words(), task.seed);
  check_cuda(cudaGetLastError(), "launch the kernel that fills an array");
  grid_ = grid_of(GpuKernel::copy, GpuElement::f32, copy_variant, words(), multiprocessors);
  // One block on each multiprocessor keeps more in flight than a link can carry, and leaves room
  // for the other direction.
  grid_.blocks = grid_.blocks < multiprocessors ? grid_.blocks : multiprocessors;
  if (is_peer()) {
    prepare_peer();
  } else {
    host_ = std::make_unique<HostMemory>(task);
    check_cuda(cudaMemcpy(host_->data(), source_.data(), task.array_bytes, cudaMemcpyDeviceToHost),
               "fill host memory");
  }
  check_cuda(cudaDeviceSynchronize(), "fill the arrays of a transfer");
  spoil();
}

void Transfer::prepare_peer() {
  int can = 0;
  check_cuda(cudaDeviceCanAccessPeer(&can, device_, task_.peer), "ask for access to a peer");
  if (can != 0) {
    const cudaError_t error = cudaDeviceEnablePeerAccess(task_.peer, 0);
    if (error == cudaErrorPeerAccessAlreadyEnabled) {
      cudaGetLastError();
    } else {
      check_cuda(error, "reach the memory of GPU " + std::to_string(task_.peer));
    }
  }
  {
    const Current current(task_.peer);
    peer_ = Buffer(Location::device, task_.array_bytes);
  }
  if (task_.kernel != GpuKernel::peer_chase) return;
  if (can == 0) {
    throw std::runtime_error("kernels on GPU " + std::to_string(device_) +
                             " cannot reach the memory of GPU " + std::to_string(task_.peer));
  }
  walk_ = RingWalk(nodes());
  launch_fill_ring(static_cast<std::uint32_t*>(peer_.data()), nodes(), task_.seed);
  check_cuda(cudaGetLastError(), "launch the kernel that makes a ring");
}

bool Transfer::sends() const {
  return task_.kernel == GpuKernel::host_to_device || task_.kernel == GpuKernel::bidirectional;
}
bool Transfer::receives() const {
  return task_.kernel == GpuKernel::device_to_host || task_.kernel == GpuKernel::bidirectional;
}
bool Transfer::is_peer() const {
  return task_.kernel == GpuKernel::peer_copy || task_.kernel == GpuKernel::peer_chase;
}

void Transfer::copy(void* to, const void* from, cudaMemcpyKind kind, const Stream& stream) {
  if (task_.mover == GpuMover::copy_engine) {
    check_cuda(cudaMemcpyAsync(to, from, task_.array_bytes, kind, stream.get()),
               "copy between two memories");
    return;
  }
  GpuArrays arrays;
  arrays.a = from;
  arrays.c = to;
  arrays.elements = words();
  launch_kernel(GpuKernel::copy, GpuElement::f32, copy_variant, arrays, grid_, stream.get());
}

void Transfer::launch() {
  if (task_.kernel == GpuKernel::peer_chase) {
    launch_chase(static_cast<const std::uint32_t*>(peer_.data()),
                 walk_.begin_launch(task_.accesses), task_.accesses, task_.seed, nodes(),
                 static_cast<std::uint32_t*>(destination_.data()));
  }
  if (task_.kernel == GpuKernel::peer_copy) {
    if (task_.mover == GpuMover::copy_engine) {
      check_cuda(cudaMemcpyPeerAsync(peer_.data(), task_.peer, source_.data(), device_,
                                     task_.array_bytes, out_.get()),
                 "copy to another GPU");
    } else {
      copy(peer_.data(), source_.data(), cudaMemcpyDefault, out_);
    }
  }
  if (!host_) return;
  char* const host = task_.mover == GpuMover::copy_engine ? host_->data() : host_->device_data();
  if (sends()) copy(destination_.data(), host, cudaMemcpyHostToDevice, out_);
  if (receives()) copy(host + task_.array_bytes, source_.data(), cudaMemcpyDeviceToHost, in_);
}

void Transfer::count_wrong_in(const void* data, unsigned long long* wrong) {
  GpuArrays arrays;
  arrays.a = data;
  arrays.elements = words();
  arrays.seed = task_.seed;
  launch_count_changed(GpuElement::f32, arrays, wrong);
  check_cuda(cudaDeviceSynchronize(), "check what arrived");
}

void Transfer::count_wrong(unsigned long long* wrong) {
  if (task_.kernel == GpuKernel::peer_chase) {
    launch_count_chase_wrong(static_cast<const std::uint32_t*>(peer_.data()), nodes(),
                             walk_.position(), task_.accesses, task_.seed,
                             static_cast<const std::uint32_t*>(destination_.data()), wrong);
    return;
  }
  if (sends()) count_wrong_in(destination_.data(), wrong);
  if (task_.kernel == GpuKernel::peer_copy) {
    check_cuda(
        cudaMemcpyPeer(destination_.data(), device_, peer_.data(), task_.peer, task_.array_bytes),
        "fetch what arrived at another GPU");
    count_wrong_in(destination_.data(), wrong);
  }
  if (receives()) {
    check_cuda(cudaMemcpy(destination_.data(), host_->data() + task_.array_bytes, task_.array_bytes,
                          cudaMemcpyHostToDevice),
               "fetch what arrived at the host");
    count_wrong_in(destination_.data(), wrong);
  }
}

void Transfer::spoil() {
  check_cuda(cudaMemset(destination_.data(), 0xFF, task_.array_bytes), "spoil what arrived");
  if (task_.kernel == GpuKernel::peer_copy) {
    const Current current(task_.peer);
    check_cuda(cudaMemset(peer_.data(), 0xFF, task_.array_bytes), "spoil what arrived");
    check_cuda(cudaDeviceSynchronize(), "spoil what arrived");
  }
  if (receives()) std::memset(host_->data() + task_.array_bytes, 0xFF, task_.array_bytes);
  check_cuda(cudaDeviceSynchronize(), "spoil what arrived");
}

std::string Transfer::shape() const {
  if (task_.kernel == GpuKernel::peer_chase) return "1 thread";
  std::string text = task_.mover == GpuMover::copy_engine
                         ? "cudaMemcpyAsync"
                         : std::to_string(grid_.blocks) + " blocks x " +
                               std::to_string(gpu_threads_per_block) +
                               " threads, 16 B x 4, grid-stride";
  if (is_peer()) return text;
  return text + (task_.host == GpuHostMemory::pinned ? ", pinned" : ", pageable") + " host memory";
}

}  // namespace assay
