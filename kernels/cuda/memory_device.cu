#include <numeric>
#include <utility>
#include <vector>

#include "kernels/cuda/error.cuh"
#include "kernels/cuda/memory_device.hpp"
#include "kernels/cuda/memory_kernels.hpp"

namespace assay {
namespace {

enum class Location { none, device, pinned_host };

/// Owns 4-byte words in device memory, or in pinned host memory that the device can address too.
class Words {
 public:
  Words() = default;
  Words(Location location, std::uint64_t bytes) : location_(location) {
    const std::string amount = std::to_string(bytes) + " bytes of ";
    if (location == Location::device) {
      check_cuda(cudaMalloc(&data_, bytes), "allocate " + amount + "device memory");
    }
    if (location == Location::pinned_host) {
      check_cuda(cudaMallocHost(&data_, bytes), "allocate " + amount + "pinned host memory");
    }
  }
  Words(Words&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), location_(other.location_) {}
  Words& operator=(Words&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(location_, other.location_);
    return *this;
  }
  ~Words() {
    if (location_ == Location::device) cudaFree(data_);
    if (location_ == Location::pinned_host) cudaFreeHost(data_);
  }
  std::uint32_t* data() const { return static_cast<std::uint32_t*>(data_); }

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

/// Where the arrays of a kernel lie and what its destination then holds.
struct Layout {
  GpuKernel kernel;
  Location source;
  Location second_source;
  Location destination;
  GpuContents result;
};

constexpr Layout layouts[] = {
    {GpuKernel::read, Location::device, Location::none, Location::none, GpuContents::random},
    {GpuKernel::write, Location::none, Location::none, Location::device, GpuContents::pattern},
    {GpuKernel::copy, Location::device, Location::none, Location::device, GpuContents::random},
    {GpuKernel::triad, Location::device, Location::device, Location::device, GpuContents::triad},
    {GpuKernel::host_to_device, Location::pinned_host, Location::none, Location::device,
     GpuContents::random},
    {GpuKernel::device_to_host, Location::device, Location::none, Location::pinned_host,
     GpuContents::random},
};

const Layout& layout_of(GpuKernel kernel) {
  for (const Layout& row : layouts) {
    if (row.kernel == kernel) return row;
  }
  throw std::logic_error("a GPU kernel without a layout");
}

/// Owns the arrays of the prepared kernel and two events. All work is on the default stream.
class CudaMemoryDevice final : public GpuMemoryDevice {
 public:
  explicit CudaMemoryDevice(CudaDevice device)
      : device_(std::move(device)),
        blocks_(device_.multiprocessors * gpu_blocks_per_multiprocessor()),
        block_sums_(Location::device, blocks_ * sizeof(std::uint32_t)),
        counter_(Location::device, sizeof(unsigned long long)) {}

  const CudaDevice& device() const override { return device_; }

  std::uint64_t free_bytes() override {
    std::size_t free = 0;
    std::size_t total = 0;
    check_cuda(cudaMemGetInfo(&free, &total), "ask for free device memory");
    return free;
  }

  void prepare(GpuKernel kernel, std::uint64_t array_bytes, std::uint32_t seed) override {
    layout_ = &layout_of(kernel);
    words_ = array_bytes / sizeof(std::uint32_t);
    seed_ = seed;
    source_ = Words();
    second_source_ = Words();
    destination_ = Words();
    source_ = Words(layout_->source, array_bytes);
    second_source_ = Words(layout_->second_source, array_bytes);
    destination_ = Words(layout_->destination, array_bytes);
    fill(source_, GpuContents::random, seed_);
    fill(second_source_, GpuContents::random, seed_ + 1);
    spoil_result();
  }

  double run_s(std::uint32_t launches) override {
    start_.record();
    for (std::uint32_t i = 0; i < launches; ++i) launch_once();
    stop_.record();
    return stop_.seconds_since(start_);
  }

  std::uint64_t count_mismatches() override {
    const Words& result = layout_->kernel == GpuKernel::read ? source_ : destination_;
    std::uint64_t wrong = count_different(result, layout_->result);
    // A wrong sum over right data is one wrong word: the kernel's.
    if (layout_->kernel == GpuKernel::read && wrong == 0 && read_sum() != expected_sum()) wrong = 1;
    spoil_result();
    return wrong;
  }

  std::string shape() const override {
    if (layout_->source == Location::pinned_host || layout_->destination == Location::pinned_host) {
      return "cudaMemcpyAsync, pinned host memory";
    }
    return std::to_string(blocks_) + " blocks x " + std::to_string(gpu_threads_per_block) +
           " threads, grid-stride tiles, 16-byte accesses, unroll " + std::to_string(gpu_unroll);
  }

 private:
  void launch_once() {
    switch (layout_->kernel) {
      case GpuKernel::read:
        launch_read(source_.data(), words_, blocks_, block_sums_.data());
        break;
      case GpuKernel::write:
        launch_write(destination_.data(), words_, seed_, blocks_);
        break;
      case GpuKernel::copy:
        launch_copy(source_.data(), destination_.data(), words_, blocks_);
        break;
      case GpuKernel::triad:
        launch_triad(source_.data(), second_source_.data(), destination_.data(), words_, blocks_);
        break;
      case GpuKernel::host_to_device:
      case GpuKernel::device_to_host:
        check_cuda(
            cudaMemcpyAsync(destination_.data(), source_.data(), words_ * sizeof(std::uint32_t),
                            layout_->kernel == GpuKernel::host_to_device ? cudaMemcpyHostToDevice
                                                                         : cudaMemcpyDeviceToHost),
            "copy between host and device");
    }
    check_cuda(cudaGetLastError(), "launch a memory kernel");
  }

  void fill(const Words& words, GpuContents contents, std::uint32_t seed) {
    if (words.data() == nullptr) return;
    launch_fill(words.data(), words_, contents, seed, blocks_);
    check_cuda(cudaGetLastError(), "launch the kernel that fills an array");
    check_cuda(cudaDeviceSynchronize(), "fill an array");
  }

  void spoil_result() {
    fill(destination_, GpuContents::spoilt, seed_);
    check_cuda(cudaMemset(block_sums_.data(), 0xFF, blocks_ * sizeof(std::uint32_t)),
               "clear the sums");
  }

  std::uint64_t count_different(const Words& words, GpuContents contents) {
    auto* const counter = reinterpret_cast<unsigned long long*>(counter_.data());
    unsigned long long wrong = 0;
    check_cuda(cudaMemset(counter, 0, sizeof(wrong)), "clear the count of wrong words");
    launch_count_different(words.data(), words_, contents, seed_, blocks_, counter);
    check_cuda(cudaGetLastError(), "launch the kernel that checks a result");
    check_cuda(cudaMemcpy(&wrong, counter, sizeof(wrong), cudaMemcpyDeviceToHost),
               "read the count of wrong words");
    return wrong;
  }

  std::uint32_t read_sum() {
    std::vector<std::uint32_t> sums(blocks_);
    check_cuda(cudaMemcpy(sums.data(), block_sums_.data(), blocks_ * sizeof(std::uint32_t),
                          cudaMemcpyDeviceToHost),
               "read the sums of the blocks");
    return std::accumulate(sums.begin(), sums.end(), std::uint32_t{0});
  }

  std::uint32_t expected_sum() {
    std::uint32_t sum = 0;
    check_cuda(cudaMemset(counter_.data(), 0, sizeof(sum)), "clear the expected sum");
    launch_expected_sum(words_, seed_, blocks_, counter_.data());
    check_cuda(cudaGetLastError(), "launch the kernel of the expected sum");
    check_cuda(cudaMemcpy(&sum, counter_.data(), sizeof(sum), cudaMemcpyDeviceToHost),
               "read the expected sum");
    return sum;
  }

  CudaDevice device_;
  std::uint32_t blocks_;
  Words block_sums_;
  Words counter_;
  Event start_;
  Event stop_;
  const Layout* layout_ = nullptr;
  std::uint64_t words_ = 0;
  std::uint32_t seed_ = 0;
  Words source_;
  Words second_source_;
  Words destination_;
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
