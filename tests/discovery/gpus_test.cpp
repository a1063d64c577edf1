#include "runners/discovery/gpus.hpp"

#include "kernels/cuda/device.hpp"
#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

bool says(const GpuInventory& inventory, const std::string& words) {
  return inventory.none_reason.find(words) != std::string::npos;
}

CudaDevice cuda_device(int index, const std::string& unusable_reason = {}) {
  CudaDevice device;
  device.index = index;
  device.name = "NVIDIA H100";
  device.uuid = "GPU-1";
  device.pci_address = "00000000:3B:00.0";
  device.compute_capability = "9.0";
  device.memory_bytes = 80;
  device.memory_bus_bits = 5120;
  device.memory_clock_hz = 2'619'000'000;
  device.unusable_reason = unusable_reason;
  return device;
}

TEST(Gpus, OnlyDisplayControllersOfNvidiaCount) {
  const GpuInventory inventory = discover_gpus(fixture("p4d"));
  EXPECT_EQ(inventory.pci_devices,
            (Strings{"0000:10:1c.0", "0000:10:1d.0", "0000:20:1c.0", "0000:20:1d.0", "0000:90:1c.0",
                     "0000:90:1d.0", "0000:a0:1c.0", "0000:a0:1d.0"}));  // no NVSwitch bridges
  EXPECT_TRUE(says(inventory, "8 NVIDIA GPUs are on the PCI bus")) << inventory.none_reason;
  EXPECT_TRUE(says(inventory, "recorded tree")) << inventory.none_reason;
}

TEST(Gpus, NoneOnTheBus) {
  EXPECT_EQ(discover_gpus(fixture("i4i")).none_reason, "no NVIDIA GPU on the PCI bus");
  EXPECT_EQ(discover_gpus(fixture("nothing")).none_reason, "no NVIDIA GPU on the PCI bus");
}

TEST(Gpus, AGpuWithoutDriverNamesThePackages) {
  const GpuInventory inventory = discover_gpus(fixture("dlami"));
  EXPECT_EQ(inventory.pci_devices, Strings{"0000:00:1e.0"});
  EXPECT_TRUE(says(inventory, "0000:00:1e.0")) << inventory.none_reason;
  EXPECT_TRUE(says(inventory, "no NVIDIA driver is loaded")) << inventory.none_reason;
  EXPECT_TRUE(says(inventory, "nvidia-driver")) << inventory.none_reason;
}

TEST(Gpus, ABuildWithoutCudaSaysSoBesideTheMissingDriver) {
  CudaInventory cuda;
  cuda.none_reason = "built without CUDA";
  const GpuInventory no_driver = combine_gpus({"0000:3b:00.0"}, NvidiaModule::absent, cuda);
  EXPECT_TRUE(says(no_driver, "no NVIDIA driver is loaded")) << no_driver.none_reason;
  EXPECT_TRUE(says(no_driver, "built without CUDA")) << no_driver.none_reason;
  const GpuInventory driver = combine_gpus({"0000:3b:00.0"}, NvidiaModule::loaded, cuda);
  EXPECT_FALSE(says(driver, "no NVIDIA driver is loaded")) << driver.none_reason;
  EXPECT_TRUE(says(driver, "built without CUDA")) << driver.none_reason;
}

TEST(Gpus, ACrossBuiltProgramAsksForNoDriver) {
  CudaInventory cuda;
  cuda.can_be_built_in = false;
  cuda.none_reason = "this assay measures no GPU";
  const GpuInventory inventory = combine_gpus({"0000:00:1f.0"}, NvidiaModule::absent, cuda);
  EXPECT_EQ(inventory.none_reason,
            "an NVIDIA GPU is on the PCI bus (0000:00:1f.0), but this assay measures no GPU");
}

TEST(Gpus, CudaSpeaksForItselfWhenItIsBuiltIn) {
  CudaInventory cuda;
  cuda.built_in = true;
  cuda.none_reason = "install driver R580";
  const GpuInventory inventory = combine_gpus({"0000:3b:00.0"}, NvidiaModule::absent, cuda);
  EXPECT_TRUE(says(inventory, "but install driver R580")) << inventory.none_reason;
}

TEST(Gpus, DevicesAreConvertedAndUnusableOnesLeftOut) {
  CudaInventory cuda;
  cuda.built_in = true;
  cuda.driver_version = 13000;
  cuda.runtime_version = 12080;
  cuda.devices = {cuda_device(0, "too old"), cuda_device(1)};
  const GpuInventory inventory =
      combine_gpus({"0000:3a:00.0", "0000:3b:00.0"}, NvidiaModule::loaded, cuda);
  EXPECT_EQ(inventory.none_reason, "");
  EXPECT_EQ(inventory.driver_version, "13.0");
  EXPECT_EQ(inventory.runtime_version, "12.8");
  ASSERT_EQ(inventory.devices.size(), 1U);
  const Gpu& gpu = inventory.devices.front();
  EXPECT_EQ(gpu.index, 1U);  // CUDA's index, which a gap must not shift
  EXPECT_EQ(gpu.name, "NVIDIA H100");
  EXPECT_EQ(gpu.uuid, "GPU-1");
  EXPECT_EQ(gpu.pci_address, "0000:3b:00.0");
  EXPECT_EQ(gpu.compute_capability, "9.0");
  EXPECT_EQ(gpu.memory_bytes, 80U);
  EXPECT_EQ(gpu.memory_bus_bits, 5120U);
  EXPECT_EQ(gpu.memory_clock_hz, 2'619'000'000U);
}

TEST(Gpus, ThisMachineHasSomeOrSaysWhyNot) {
  const GpuInventory inventory = discover_gpus({});
  EXPECT_EQ(inventory.none_reason.empty(), !inventory.devices.empty());
}

}  // namespace
}  // namespace assay
