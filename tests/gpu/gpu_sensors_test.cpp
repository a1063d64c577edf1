#include "bench/gpu/gpu_sensors.hpp"

#include <gtest/gtest.h>

#include "bench/gpu/gpu_watch.hpp"
#include "tests/gpu/fake_nvml.hpp"

namespace assay {
namespace {

std::string words_of(const std::string& pci_address, const std::string& library) {
  try {
    open_nvml(pci_address, library);
  } catch (const std::runtime_error& failure) {
    return failure.what();
  }
  return "opened";
}

TEST(Nvml, reads_what_the_library_has_and_leaves_the_rest_empty) {
  const auto sensors = open_nvml("0000:00:1e.0", ASSAY_FAKE_NVML);
  const GpuReading reading = sensors->read();
  EXPECT_EQ(reading.sm_clock_mhz, 1980);
  EXPECT_EQ(reading.memory_clock_mhz, 2619);
  EXPECT_EQ(reading.power_w, 250);
  EXPECT_EQ(reading.temperature_c, 55);
  EXPECT_EQ(reading.pcie_generation, 5U);
  EXPECT_EQ(reading.pcie_width, 16U);
  EXPECT_EQ(reading.ecc, true);
  EXPECT_EQ(reading.virtualization, "pass-through");
  EXPECT_FALSE(reading.mig.has_value());
  EXPECT_FALSE(reading.power_limit_w.has_value());
}

TEST(Nvml, says_what_is_missing) {
  EXPECT_EQ(words_of("0000:00:1f.0", ASSAY_FAKE_NVML),
            "find the GPU 0000:00:1f.0 by NVML: Not Found (NVML error 6)");
  EXPECT_EQ(words_of("", "/nothing.so").rfind("load NVML: ", 0), 0U);
  const std::string other = words_of("", "libc.so.6");
  EXPECT_EQ(other, "start NVML: no such function (NVML error -1)");
}

TEST(Nvml, a_gpu_that_is_lost_leaves_everything_empty) {
  const auto sensors = open_nvml("", ASSAY_FAKE_NVML);
  *FakeNvml().lost = 15;
  const GpuReading reading = sensors->read();
  *FakeNvml().lost = 0;
  EXPECT_FALSE(reading.power_w.has_value());
  EXPECT_FALSE(reading.ecc.has_value());
  EXPECT_EQ(reading.virtualization, "");
}

TEST(GpuState, keeps_extremes_and_every_reason_for_throttling_once) {
  GpuReading idle;
  idle.sm_clock_mhz = 300;
  idle.throttle_bits = 0x1;
  idle.pcie_generation = 1;
  GpuReading busy;
  busy.sm_clock_mhz = 1980;
  busy.throttle_bits = 0x4 | 0x40;
  busy.pcie_generation = 5;
  GpuState state;
  for (const GpuReading& reading : {idle, busy, busy, idle}) add_reading(state, idle, reading);
  EXPECT_EQ(state.readings, 4U);
  EXPECT_EQ(state.sm_clock_mhz_min, 300);
  EXPECT_EQ(state.sm_clock_mhz_max, 1980);
  EXPECT_EQ(state.pcie_generation, 5U);
  EXPECT_EQ(state.throttle_reasons,
            (std::vector<std::string>{"software power cap", "hardware thermal slowdown"}));
  EXPECT_FALSE(state.power_w_max.has_value());
}

TEST(GpuState, counts_ecc_errors_since_the_first_reading_and_fails_on_any) {
  GpuReading first;
  first.ecc_corrected = 10;
  first.ecc_uncorrected = 2;
  GpuState state;
  add_reading(state, first, first);
  EXPECT_EQ(ecc_failure(state), "");
  GpuReading later = first;
  later.ecc_corrected = 13;
  add_reading(state, first, later);
  EXPECT_EQ(state.ecc_corrected, 3U);
  EXPECT_NE(ecc_failure(state).find("counted 3 corrected and 0 uncorrected"), std::string::npos);
  GpuState restarted;  // the driver was: its counters began anew
  later.ecc_corrected = 1;
  add_reading(restarted, first, later);
  EXPECT_EQ(restarted.ecc_corrected, 1U);
  GpuState without;
  add_reading(without, GpuReading(), GpuReading());
  EXPECT_FALSE(without.ecc_corrected.has_value());
  EXPECT_EQ(ecc_failure(without), "");
}

TEST(GpuWatch, reads_at_the_start_while_it_runs_and_at_the_end) {
  class Counting final : public GpuSensors {
   public:
    GpuReading read() override {
      GpuReading reading;
      reading.power_w = ++reads_;
      return reading;
    }

   private:
    double reads_ = 0;
  };
  GpuWatch brief(3, std::make_unique<Counting>(), std::chrono::hours(1));
  const GpuState state = brief.end();
  EXPECT_EQ(state.gpu, 3U);
  EXPECT_EQ(state.readings, 2U);
  GpuWatch longer(0, std::make_unique<Counting>(), std::chrono::milliseconds(1));
  while (longer.readings() < 5) std::this_thread::yield();
  EXPECT_GE(longer.end().power_w_max, 5);
}

}  // namespace
}  // namespace assay
