#include "bench/gpu/gpu_sensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace assay {
namespace {

struct ThrottleReason {
  std::uint64_t bit;
  std::string_view words;
};

// nvmlClocksThrottleReasons of the NVML API reference. Idle (0x1) is left out: it is no limit.
constexpr ThrottleReason throttle_reasons[] = {
    {0x2, "application clocks setting"}, {0x4, "software power cap"},
    {0x8, "hardware slowdown"},          {0x10, "sync boost"},
    {0x20, "software thermal slowdown"}, {0x40, "hardware thermal slowdown"},
    {0x80, "hardware power brake"},      {0x100, "display clock setting"},
};

template <class T>
void keep_lowest(std::optional<T>& kept, const std::optional<T>& value) {
  if (value) kept = kept ? std::min(*kept, *value) : *value;
}

template <class T>
void keep_highest(std::optional<T>& kept, const std::optional<T>& value) {
  if (value) kept = kept ? std::max(*kept, *value) : *value;
}

/// A counter may start anew when the driver does; then what it shows is what was counted since.
void keep_increase(std::optional<std::uint64_t>& kept, const std::optional<std::uint64_t>& first,
                   const std::optional<std::uint64_t>& now) {
  if (!first || !now) return;
  const std::uint64_t increase = *now >= *first ? *now - *first : *now;
  kept = std::max(kept.value_or(0), increase);
}

}  // namespace

void add_reading(GpuState& state, const GpuReading& first, const GpuReading& reading) {
  ++state.readings;
  keep_lowest(state.sm_clock_mhz_min, reading.sm_clock_mhz);
  keep_highest(state.sm_clock_mhz_max, reading.sm_clock_mhz);
  keep_lowest(state.memory_clock_mhz_min, reading.memory_clock_mhz);
  keep_highest(state.memory_clock_mhz_max, reading.memory_clock_mhz);
  keep_highest(state.power_w_max, reading.power_w);
  keep_highest(state.power_limit_w, reading.power_limit_w);
  keep_highest(state.temperature_c_max, reading.temperature_c);
  keep_highest(state.pcie_generation, reading.pcie_generation);
  keep_highest(state.pcie_generation_max, reading.pcie_generation_max);
  keep_highest(state.pcie_width, reading.pcie_width);
  keep_highest(state.pcie_width_max, reading.pcie_width_max);
  if (reading.ecc) state.ecc = reading.ecc;
  if (reading.mig) state.mig = reading.mig;
  if (!reading.virtualization.empty()) state.virtualization = reading.virtualization;
  keep_increase(state.ecc_corrected, first.ecc_corrected, reading.ecc_corrected);
  keep_increase(state.ecc_uncorrected, first.ecc_uncorrected, reading.ecc_uncorrected);
  for (const ThrottleReason& reason : throttle_reasons) {
    const auto known =
        std::find(state.throttle_reasons.begin(), state.throttle_reasons.end(), reason.words);
    if ((reading.throttle_bits & reason.bit) != 0 && known == state.throttle_reasons.end()) {
      state.throttle_reasons.emplace_back(reason.words);
    }
  }
}

std::string ecc_failure(const GpuState& state) {
  const std::uint64_t corrected = state.ecc_corrected.value_or(0);
  const std::uint64_t uncorrected = state.ecc_uncorrected.value_or(0);
  if (corrected + uncorrected == 0) return "";
  return fmt::format(
      "GPU {} counted {} corrected and {} uncorrected ECC memory errors during the case: its "
      "memory "
      "is not healthy (`nvidia-smi -q -d ECC`), so the number does not stand for this type of GPU",
      state.gpu, corrected, uncorrected);
}

}  // namespace assay
