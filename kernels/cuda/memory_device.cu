#include <string>
#include <utility>

#include "kernels/cuda/buffers.cuh"
#include "kernels/cuda/memory_device.hpp"
#include "kernels/cuda/memory_kernels.hpp"
#include "kernels/cuda/ring_walk.hpp"
#include "kernels/cuda/transfer.cuh"

namespace assay {
namespace {

/// Where the arrays of a kernel lie.
struct Layout {
  GpuKernel kernel;
  Location a;
  Location b;
  Location c;
};

constexpr Layout layouts[] = {
    {GpuKernel::read, Location::device, Location::none, Location::none},
    {GpuKernel::write, Location::none, Location::none, Location::device},
    {GpuKernel::copy, Location::device, Location::none, Location::device},
    {GpuKernel::scale, Location::device, Location::none, Location::device},
    {GpuKernel::add, Location::device, Location::device, Location::device},
    {GpuKernel::triad, Location::device, Location::device, Location::device},
    {GpuKernel::dot, Location::device, Location::device, Location::none},
    {GpuKernel::gather, Location::device, Location::none, Location::none},
    {GpuKernel::chase, Location::device, Location::none, Location::none},
};

const Layout& layout_of(GpuKernel kernel) {
  for (const Layout& row : layouts) {
    if (row.kernel == kernel) return row;
  }
  throw std::logic_error("a GPU kernel without a layout");
}

bool is_sum(GpuKernel kernel) {
  return kernel == GpuKernel::read || kernel == GpuKernel::dot || kernel == GpuKernel::gather;
}

/// Owns the arrays of the prepared task and two events. All work is on the default stream.
class CudaMemoryDevice final : public GpuMemoryDevice {
 public:
  explicit CudaMemoryDevice(CudaDevice device)
      : device_(std::move(device)), counter_(Location::device, sizeof(unsigned long long)) {}

  const CudaDevice& device() const override { return device_; }

  std::uint64_t free_bytes() override {
    std::size_t free = 0;
    std::size_t total = 0;
    check_cuda(cudaMemGetInfo(&free, &total), "ask for free device memory");
    return free;
  }

  void prepare(const GpuTask& task) override {
    task_ = task;
    transfer_.reset();
    if (is_transfer(task.kernel)) {
      a_ = Buffer();
      b_ = Buffer();
      c_ = Buffer();
      transfer_ = std::make_unique<Transfer>(task, device_.index, device_.multiprocessors);
      return;
    }
    const Layout& layout = layout_of(task.kernel);
    a_ = Buffer();
    b_ = Buffer();
    c_ = Buffer();
    a_ = Buffer(layout.a, task.array_bytes);
    b_ = Buffer(layout.b, task.array_bytes);
    c_ = Buffer(layout.c, task.array_bytes);
    arrays_ = GpuArrays();
    arrays_.a = a_.data();
    arrays_.b = b_.data();
    arrays_.c = c_.data();
    arrays_.elements = task.array_bytes / element_bytes(task.element);
    arrays_.seed = task.seed;
    arrays_.passes = task.passes;
    arrays_.accesses = task.accesses;
    if (task.kernel == GpuKernel::chase) {
      walk_ = RingWalk(nodes());
      launch_fill_ring(static_cast<std::uint32_t*>(a_.data()), nodes(), task.seed);
    } else {
      fill_random(a_, task.seed);
      fill_random(b_, task.seed + 1);
    }
    finish("fill the arrays");
    select(GpuVariant());
  }

  void select(const GpuVariant& variant) override {
    if (transfer_) return;
    variant_ = variant;
    grid_ = GpuGrid();
    if (task_.kernel == GpuKernel::chase) {
      resize_sums(1);
    } else {
      const std::uint64_t work =
          task_.kernel == GpuKernel::gather ? task_.accesses : arrays_.elements;
      grid_ = grid_of(task_.kernel, task_.element, variant, work, device_.multiprocessors);
      resize_sums(is_sum(task_.kernel) ? grid_.blocks : 1);
    }
    spoil_result();
  }

  double run_s(std::uint32_t launches) override {
    start_.record();
    for (std::uint32_t i = 0; i < launches; ++i) launch_once();
    stop_.record();
    return stop_.seconds_since(start_);
  }

  std::uint64_t count_mismatches() override {
    auto* const counter = static_cast<unsigned long long*>(counter_.data());
    check_cuda(cudaMemset(counter, 0, sizeof(*counter)), "clear the count of wrong elements");
    launch_check(counter);
    check_cuda(cudaGetLastError(), "launch the kernel that checks a result");
    unsigned long long wrong = 0;
    check_cuda(cudaMemcpy(&wrong, counter, sizeof(wrong), cudaMemcpyDeviceToHost),
               "read the count of wrong elements");
    spoil_result();
    return wrong;
  }

  bool can_access(int peer) override {
    int can = 0;
    check_cuda(cudaDeviceCanAccessPeer(&can, device_.index, peer), "ask for access to a peer");
    return can != 0;
  }

  std::string shape() const override {
    if (transfer_) return transfer_->shape();
    if (task_.kernel == GpuKernel::chase) return "1 thread";
    return std::to_string(grid_.blocks) + " blocks x " + std::to_string(gpu_threads_per_block) +
           " threads";
  }

 private:
  std::uint32_t nodes() const {
    return static_cast<std::uint32_t>(task_.array_bytes / (4 * chase_words_per_node));
  }

  void resize_sums(std::uint64_t count) {
    arrays_.sums = nullptr;
    sums_ = Buffer();
    expected_ = Buffer();
    sums_ = Buffer(Location::device, count * sizeof(std::uint64_t));
    expected_ = Buffer(Location::device, count * sizeof(std::uint64_t));
    sums_count_ = count;
    arrays_.sums = static_cast<std::uint64_t*>(sums_.data());
  }

  void launch_once() {
    if (transfer_) {
      transfer_->launch();
    } else if (task_.kernel == GpuKernel::chase) {
      launch_chase(static_cast<const std::uint32_t*>(a_.data()), walk_.begin_launch(task_.accesses),
                   task_.accesses, task_.seed, nodes(), static_cast<std::uint32_t*>(sums_.data()));
    } else {
      launch_kernel(task_.kernel, task_.element, variant_, arrays_, grid_);
    }
    check_cuda(cudaGetLastError(), "launch a memory kernel");
  }

  void launch_check(unsigned long long* counter) {
    if (transfer_) {
      transfer_->count_wrong(counter);
    } else if (task_.kernel == GpuKernel::chase) {
      launch_count_chase_wrong(static_cast<const std::uint32_t*>(a_.data()), nodes(),
                               walk_.position(), task_.accesses, task_.seed,
                               static_cast<const std::uint32_t*>(sums_.data()), counter);
    } else if (is_sum(task_.kernel)) {
      launch_count_changed(task_.element, arrays_, counter);
      GpuArrays expected = arrays_;
      expected.sums = static_cast<std::uint64_t*>(expected_.data());
      launch_expected_sums(task_.kernel, task_.element, variant_, expected, grid_);
      launch_count_different(arrays_.sums, expected.sums, sums_count_, counter);
    } else {
      launch_count_wrong(task_.kernel, task_.element, arrays_, counter);
    }
  }

  void fill_random(const Buffer& buffer, std::uint32_t seed) {
    if (buffer.data() == nullptr) return;
    launch_fill_random(task_.element, buffer.data(), arrays_.elements, seed);
  }

  void finish(const char* what) {
    check_cuda(cudaGetLastError(), std::string("launch the kernel to ") + what);
    check_cuda(cudaDeviceSynchronize(), what);
  }

  /// All bits set: a NaN, which no kernel but one pattern in 2^32 writes.
  void spoil_result() {
    if (transfer_) return transfer_->spoil();
    if (c_.data() != nullptr) {
      check_cuda(cudaMemset(c_.data(), 0xFF, task_.array_bytes), "spoil the result");
    }
    if (sums_.data() != nullptr) {
      check_cuda(cudaMemset(sums_.data(), 0xFF, sums_count_ * sizeof(std::uint64_t)),
                 "spoil the sums");
    }
    check_cuda(cudaDeviceSynchronize(), "spoil the result");
  }

  CudaDevice device_;
  Buffer counter_;
  Event start_;
  Event stop_;
  GpuTask task_;
  GpuVariant variant_;
  GpuGrid grid_;
  GpuArrays arrays_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
  Buffer sums_;
  Buffer expected_;
  std::uint64_t sums_count_ = 0;
  RingWalk walk_;
  std::unique_ptr<Transfer> transfer_;  // of the kernels between two memories
};

}  // namespace

std::unique_ptr<GpuMemoryDevice> open_cuda_device(int index) {
  const std::string what = "open GPU " + std::to_string(index);
  const CudaInventory inventory = query_cuda_devices();
  if (!inventory.none_reason.empty()) throw std::runtime_error(what + ": " + inventory.none_reason);
  for (const CudaDevice& device : inventory.devices) {
    if (device.index != index) continue;
    if (!device.unusable_reason.empty()) {
      throw std::runtime_error(what + ": " + device.unusable_reason);
    }
    check_cuda(cudaSetDevice(index), what);
    return std::make_unique<CudaMemoryDevice>(device);
  }
  throw std::runtime_error(what + ": the driver shows " + std::to_string(inventory.devices.size()) +
                           " GPUs, numbered from 0");
}

}  // namespace assay
