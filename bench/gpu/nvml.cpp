#include <dlfcn.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "bench/gpu/gpu_sensors.hpp"

// NVML by dlopen. Prototypes and values after the NVML API reference (nvml.h is not part of every
// CUDA toolkit); a function that an old driver lacks leaves its field empty.
namespace assay {
namespace {

using Device = void*;
constexpr int success = 0;
constexpr unsigned clock_sm = 1;
constexpr unsigned clock_memory = 2;
constexpr unsigned sensor_gpu = 0;
constexpr unsigned error_corrected = 0;
constexpr unsigned error_uncorrected = 1;
constexpr unsigned counter_volatile = 0;

/// Owns the library, initialised.
class Nvml {
 public:
  explicit Nvml(const std::string& library)
      : handle_(dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) {
      const char* const words = dlerror();
      throw std::runtime_error("load NVML: " + std::string(words == nullptr ? library : words) +
                               " (it comes with the NVIDIA driver)");
    }
    try {
      expect(call("nvmlInit_v2"), "start NVML");
    } catch (...) {
      dlclose(handle_);
      throw;
    }
  }
  Nvml(const Nvml&) = delete;
  Nvml(Nvml&&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  Nvml& operator=(Nvml&&) = delete;
  ~Nvml() {
    call("nvmlShutdown");
    dlclose(handle_);
  }

  /// The function's nvmlReturn_t; -1 when the library does not have it.
  template <class... Arguments>
  int call(const char* name, Arguments... arguments) const {
    using Function = int (*)(Arguments...);
    auto* const function = reinterpret_cast<Function>(dlsym(handle_, name));
    return function == nullptr ? -1 : function(arguments...);
  }

  void expect(int error, const std::string& what) const {
    if (error == success) return;
    using ErrorString = const char* (*)(int);
    auto* const text = reinterpret_cast<ErrorString>(dlsym(handle_, "nvmlErrorString"));
    const char* const words = text == nullptr || error < 0 ? "no such function" : text(error);
    throw std::runtime_error(what + ": " + words + " (NVML error " + std::to_string(error) + ")");
  }

 private:
  void* handle_;
};

std::string virtualization_words(unsigned mode) {
  // nvmlGpuVirtualizationMode_t
  constexpr const char* words[] = {"none", "pass-through", "vGPU guest", "vGPU host", "vSGA host"};
  return mode < std::size(words) ? words[mode] : "mode " + std::to_string(mode);
}

/// Owns NVML and one device of it.
class NvmlSensors final : public GpuSensors {
 public:
  NvmlSensors(const std::string& pci_address, const std::string& library) : nvml_(library) {
    nvml_.expect(nvml_.call("nvmlDeviceGetHandleByPciBusId_v2", pci_address.c_str(), &device_),
                 "find the GPU " + pci_address + " by NVML");
  }

  GpuReading read() override {
    GpuReading reading;
    reading.sm_clock_mhz = scaled("nvmlDeviceGetClockInfo", 1, clock_sm);
    reading.memory_clock_mhz = scaled("nvmlDeviceGetClockInfo", 1, clock_memory);
    reading.power_w = scaled("nvmlDeviceGetPowerUsage", 1e-3);
    reading.power_limit_w = scaled("nvmlDeviceGetEnforcedPowerLimit", 1e-3);
    reading.temperature_c = scaled("nvmlDeviceGetTemperature", 1, sensor_gpu);
    unsigned long long bits = 0;
    if (nvml_.call("nvmlDeviceGetCurrentClocksThrottleReasons", device_, &bits) == success) {
      reading.throttle_bits = bits;
    }
    reading.pcie_generation = number("nvmlDeviceGetCurrPcieLinkGeneration");
    reading.pcie_generation_max = number("nvmlDeviceGetMaxPcieLinkGeneration");
    reading.pcie_width = number("nvmlDeviceGetCurrPcieLinkWidth");
    reading.pcie_width_max = number("nvmlDeviceGetMaxPcieLinkWidth");
    reading.ecc = current_mode("nvmlDeviceGetEccMode");
    reading.mig = current_mode("nvmlDeviceGetMigMode");
    reading.ecc_corrected = errors(error_corrected);
    reading.ecc_uncorrected = errors(error_uncorrected);
    if (const auto mode = number("nvmlDeviceGetVirtualizationMode")) {
      reading.virtualization = virtualization_words(*mode);
    }
    return reading;
  }

 private:
  template <class... Arguments>
  std::optional<std::uint32_t> number(const char* name, Arguments... arguments) const {
    unsigned value = 0;
    if (nvml_.call(name, device_, arguments..., &value) != success) return std::nullopt;
    return value;
  }

  template <class... Arguments>
  std::optional<double> scaled(const char* name, double factor, Arguments... arguments) const {
    const auto value = number(name, arguments...);
    if (!value) return std::nullopt;
    return *value * factor;
  }

  std::optional<bool> current_mode(const char* name) const {
    unsigned current = 0;
    unsigned pending = 0;
    if (nvml_.call(name, device_, &current, &pending) != success) return std::nullopt;
    return current != 0;
  }

  std::optional<std::uint64_t> errors(unsigned type) const {
    unsigned long long count = 0;
    if (nvml_.call("nvmlDeviceGetTotalEccErrors", device_, type, counter_volatile, &count) !=
        success) {
      return std::nullopt;
    }
    return count;
  }

  Nvml nvml_;
  Device device_ = nullptr;
};

}  // namespace

std::string nvml_link_between(const std::string& pci_address, const std::string& peer_pci_address,
                              const std::string& library) {
  constexpr unsigned over_nvlink = 2;  // NVML_P2P_CAPS_INDEX_NVLINK; status 0 is OK
  try {
    const Nvml nvml(library);
    Device from = nullptr;
    Device to = nullptr;
    unsigned status = 0;
    const auto find = [&](const std::string& address, Device* device) {
      nvml.expect(nvml.call("nvmlDeviceGetHandleByPciBusId_v2", address.c_str(), device), "find");
    };
    find(pci_address, &from);
    find(peer_pci_address, &to);
    nvml.expect(nvml.call("nvmlDeviceGetP2PStatus", from, to, over_nvlink, &status), "ask");
    return status == 0 ? "NVLink" : "PCIe";
  } catch (const std::exception&) {
    return "unknown";
  }
}

std::unique_ptr<GpuSensors> open_nvml(const std::string& pci_address, const std::string& library) {
  return std::make_unique<NvmlSensors>(pci_address, library);
}

}  // namespace assay
