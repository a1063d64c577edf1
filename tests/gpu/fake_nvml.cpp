// Stands in for libnvidia-ml.so.1: one GPU, at 0000:00:1e.0 or with an empty address.
#include <string_view>

extern "C" {

unsigned long long fake_nvml_corrected = 0;
unsigned long long fake_nvml_throttle = 0;
int fake_nvml_lost = 0;

int nvmlInit_v2() { return 0; }
int nvmlShutdown() { return 0; }
const char* nvmlErrorString(int error) { return error == 6 ? "Not Found" : "GPU is lost"; }

int nvmlDeviceGetHandleByPciBusId_v2(const char* address, void** device) {
  const std::string_view asked = address;
  if (!asked.empty() && asked != "0000:00:1e.0") return 6;
  *device = &fake_nvml_lost;
  return 0;
}

int nvmlDeviceGetClockInfo(void*, unsigned type, unsigned* mhz) {
  *mhz = type == 2 ? 2619 : 1980;
  return fake_nvml_lost;
}
int nvmlDeviceGetPowerUsage(void*, unsigned* milliwatts) {
  *milliwatts = 250'000;
  return fake_nvml_lost;
}
int nvmlDeviceGetTemperature(void*, unsigned, unsigned* celsius) {
  *celsius = 55;
  return fake_nvml_lost;
}
int nvmlDeviceGetCurrentClocksThrottleReasons(void*, unsigned long long* bits) {
  *bits = fake_nvml_throttle;
  return fake_nvml_lost;
}
int nvmlDeviceGetCurrPcieLinkGeneration(void*, unsigned* generation) {
  *generation = 5;
  return fake_nvml_lost;
}
int nvmlDeviceGetCurrPcieLinkWidth(void*, unsigned* width) {
  *width = 16;
  return fake_nvml_lost;
}
int nvmlDeviceGetEccMode(void*, unsigned* current, unsigned* pending) {
  *current = 1;
  *pending = 1;
  return fake_nvml_lost;
}
int nvmlDeviceGetTotalEccErrors(void*, unsigned type, unsigned, unsigned long long* count) {
  *count = type == 0 ? fake_nvml_corrected : 0;
  return fake_nvml_lost;
}
int nvmlDeviceGetVirtualizationMode(void*, unsigned* mode) {
  *mode = 1;
  return fake_nvml_lost;
}
int nvmlDeviceGetP2PStatus(void*, void*, unsigned index, unsigned* status) {
  *status = index == 2 ? 0 : 5;
  return fake_nvml_lost;
}
// There is no nvmlDeviceGetMigMode here, nor a power limit: an old driver.

}  // extern "C"
