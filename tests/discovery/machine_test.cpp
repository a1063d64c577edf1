#include "runners/discovery/machine.hpp"

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

TEST(Machine, IdentityOnNitroAndXen) {
  const Identity nitro = discover_identity(fixture("i4i"));
  EXPECT_EQ(nitro.sys_vendor, "Amazon EC2");
  EXPECT_EQ(nitro.product_name, "i4i.8xlarge");
  EXPECT_EQ(nitro.product_version, "");
  EXPECT_EQ(nitro.bios_version, "1.0");
  EXPECT_EQ(nitro.board_asset_tag, "i-0123456789abcdef0");
  const Identity xen = discover_identity(fixture("xen"));
  EXPECT_EQ(xen.sys_vendor, "Xen");
  EXPECT_EQ(xen.product_version, "4.11.amazon");
}

TEST(Machine, Kernel) {
  const Kernel kernel = discover_kernel(fixture("i4i"));
  EXPECT_EQ(kernel.release, "6.8.0-1021-aws");
  EXPECT_EQ(kernel.distribution, "Ubuntu 24.04.1 LTS");
  EXPECT_EQ(kernel.command_line, "BOOT_IMAGE=/vmlinuz root=PARTUUID=a1 ro");
  const ScratchDirectory scratch;
  scratch.write("usr/lib/os-release", "PRETTY_NAME=Plain\n");
  EXPECT_EQ(discover_kernel({scratch.path()}).distribution, "Plain");
}

TEST(Machine, CpuOfX86) {
  const Cpu cpu = discover_cpu(fixture("p4d"));
  EXPECT_EQ(cpu.model, "Intel(R) Xeon(R) Platinum 8275CL CPU @ 3.00GHz");
  EXPECT_EQ(cpu.architecture, "x86_64");
  EXPECT_EQ(cpu.packages, 2U);
  EXPECT_EQ(cpu.cores, 48U);
  EXPECT_EQ(cpu.threads, 96U);
  EXPECT_EQ(cpu.microcode, "0x5003801");
  EXPECT_EQ(cpu.governor, "");
  EXPECT_EQ(cpu.instruction_sets, (Strings{"avx2", "avx512f"}));
  EXPECT_EQ(discover_cpu(fixture("i4i")).governor, "performance");
  EXPECT_TRUE(discover_cpu(fixture("xen")).instruction_sets.empty());  // avx is not avx2
}

TEST(Machine, CpuOfArmIsNamedByItsPart) {
  const Cpu cpu = discover_cpu(fixture("virtio"));
  EXPECT_EQ(cpu.model, "Arm Neoverse-V1");
  EXPECT_EQ(cpu.architecture, "aarch64");
  EXPECT_EQ(cpu.threads, 2U);
  EXPECT_EQ(cpu.instruction_sets, Strings{"neon"});
}

TEST(Machine, Memory) {
  const Memory memory = discover_memory(fixture("i4i"));
  EXPECT_EQ(memory.total_bytes, std::uint64_t{259'834'152} * 1024);
  EXPECT_EQ(memory.available_bytes, std::uint64_t{257'000'000} * 1024);
  EXPECT_EQ(memory.transparent_huge_pages, "madvise");
  EXPECT_EQ(memory.huge_page_bytes, std::uint64_t{2} << 20);
  EXPECT_EQ(memory.huge_pages_free, 64U);
  EXPECT_EQ(discover_memory(fixture("xen")).transparent_huge_pages, "always");
}

TEST(Machine, NothingIsEmpty) {
  EXPECT_EQ(discover_identity(fixture("nothing")).sys_vendor, "");
  EXPECT_EQ(discover_kernel(fixture("nothing")).distribution, "");
  EXPECT_EQ(discover_cpu(fixture("nothing")).threads, 0U);
  EXPECT_EQ(discover_memory(fixture("nothing")).total_bytes, 0U);
}

TEST(Machine, ThisMachineHasCpusAndMemory) {
  const Host host = discover({});
  EXPECT_GT(host.cpu.threads, 0U);
  EXPECT_GE(host.cpu.threads, host.cpu.cores);
  EXPECT_GT(host.memory.total_bytes, 0U);
  EXPECT_FALSE(host.kernel.release.empty());
  EXPECT_FALSE(host.cpu.architecture.empty());
}

}  // namespace
}  // namespace assay
