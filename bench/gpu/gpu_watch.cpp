#include "bench/gpu/gpu_watch.hpp"

#include <exception>

namespace assay {

GpuWatch::GpuWatch(std::uint32_t gpu, std::unique_ptr<GpuSensors> sensors,
                   std::chrono::milliseconds interval)
    : sensors_(std::move(sensors)) {
  state_.gpu = gpu;
  first_ = sensors_->read();
  add_reading(state_, first_, first_);
  thread_ = std::thread([this, interval] { loop(interval); });
}

GpuWatch::~GpuWatch() { stop_thread(); }

std::uint64_t GpuWatch::readings() {
  const std::lock_guard lock(mutex_);
  return state_.readings;
}

GpuState GpuWatch::end() {
  stop_thread();
  read_once();
  return state_;
}

void GpuWatch::loop(std::chrono::milliseconds interval) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, interval, [this] { return ended_; })) read_once();
}

void GpuWatch::read_once() {
  if (!state_.unread.empty()) return;
  try {
    add_reading(state_, first_, sensors_->read());
  } catch (const std::exception& failure) {
    state_.unread = failure.what();
  }
}

void GpuWatch::stop_thread() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

NvmlWatch::NvmlWatch(std::uint32_t gpu, const std::string& pci_address,
                     const std::string& library) {
  unread_.gpu = gpu;
  try {
    watch_ = std::make_unique<GpuWatch>(gpu, open_nvml(pci_address, library),
                                        std::chrono::milliseconds(100));
  } catch (const std::exception& failure) {
    unread_.unread = failure.what();
  }
}

GpuState NvmlWatch::end() { return watch_ == nullptr ? unread_ : watch_->end(); }

}  // namespace assay
