#include "runners/discovery/machine.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

/// "key<blanks>: value" lines, as in cpuinfo and meminfo.
std::pair<std::string, std::string> split_field(const std::string& line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string::npos) return {};
  return {trimmed(std::string_view(line).substr(0, colon)),
          clean_text(trimmed(std::string_view(line).substr(colon + 1)))};
}

struct FlagName {
  std::string_view flag;             // in cpuinfo
  std::string_view instruction_set;  // as kernels are dispatched on
};
constexpr std::array<FlagName, 3> instruction_set_flags{
    {{"avx2", "avx2"}, {"avx512f", "avx512f"}, {"asimd", "neon"}}};

/// Arm's cpuinfo names no model; the part numbers (MIDR_EL1, implementer 0x41) of EC2's Arm
/// machines are in Linux, arch/arm64/include/asm/cputype.h.
struct ArmPart {
  std::string_view part;
  std::string_view model;
};
constexpr std::array<ArmPart, 5> arm_parts{{{"0xd08", "Arm Cortex-A72"},
                                            {"0xd0c", "Arm Neoverse-N1"},
                                            {"0xd40", "Arm Neoverse-V1"},
                                            {"0xd4f", "Arm Neoverse-V2"},
                                            {"0xd84", "Arm Neoverse-V3"}}};

void add_instruction_sets(Cpu& cpu, const std::string& flags) {
  const std::vector<std::string> words = split_words(flags);
  for (const FlagName& entry : instruction_set_flags) {
    if (std::find(words.begin(), words.end(), entry.flag) != words.end()) {
      cpu.instruction_sets.emplace_back(entry.instruction_set);
    }
  }
}

std::string arm_model(const std::string& part) {
  for (const ArmPart& entry : arm_parts) {
    if (entry.part == part) return std::string(entry.model);
  }
  return "Arm part " + part;
}

void read_cpuinfo(Cpu& cpu, const std::string& cpuinfo) {
  std::set<std::string> packages;
  std::set<std::pair<std::string, std::string>> cores;
  std::string package;
  bool flags_seen = false;
  for (const std::string& line : split_lines(cpuinfo)) {
    const auto [key, value] = split_field(line);
    if (key == "processor") ++cpu.threads;
    if (key == "model name" && cpu.model.empty()) cpu.model = value;
    if (key == "CPU part" && cpu.model.empty()) cpu.model = arm_model(value);
    if (key == "microcode" && cpu.microcode.empty()) cpu.microcode = value;
    if (key == "physical id") packages.insert(package = value);
    if (key == "core id") cores.emplace(package, value);
    if ((key == "flags" || key == "Features") && !flags_seen) {
      flags_seen = true;
      add_instruction_sets(cpu, value);
      cpu.architecture = key == "flags" ? "x86_64" : "aarch64";
    }
  }
  cpu.packages = static_cast<std::uint32_t>(packages.size());
  cpu.cores = static_cast<std::uint32_t>(cores.size());
}

std::string pretty_name(const std::string& os_release) {
  for (const std::string& line : split_lines(os_release)) {
    constexpr std::string_view key = "PRETTY_NAME=";
    if (line.rfind(key, 0) != 0) continue;
    std::string name = trimmed(std::string_view(line).substr(key.size()));
    if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'')) {
      name = name.substr(1, name.size() - 2);
    }
    return clean_text(name);
  }
  return {};
}

}  // namespace

Identity discover_identity(const SystemRoot& root) {
  const std::filesystem::path dmi = root.path / "sys/class/dmi/id";
  return {read_attribute(dmi / "sys_vendor"), read_attribute(dmi / "product_name"),
          read_attribute(dmi / "product_version"), read_attribute(dmi / "bios_version"),
          read_attribute(dmi / "board_asset_tag")};
}

Kernel discover_kernel(const SystemRoot& root) {
  Kernel kernel;
  kernel.release = read_attribute(root.path / "proc/sys/kernel/osrelease");
  kernel.command_line = read_attribute(root.path / "proc/cmdline");
  kernel.distribution = pretty_name(read_file(root.path / "etc/os-release"));
  if (kernel.distribution.empty()) {
    kernel.distribution = pretty_name(read_file(root.path / "usr/lib/os-release"));
  }
  return kernel;
}

Cpu discover_cpu(const SystemRoot& root) {
  const std::filesystem::path cpu0 = root.path / "sys/devices/system/cpu/cpu0";
  Cpu cpu;
  read_cpuinfo(cpu, read_file(root.path / "proc/cpuinfo"));
  cpu.governor = read_attribute(cpu0 / "cpufreq/scaling_governor");
  if (cpu.microcode.empty()) cpu.microcode = read_attribute(cpu0 / "microcode/version");
  utsname names{};
  if (root.is_live() && uname(&names) == 0) cpu.architecture = std::data(names.machine);
  return cpu;
}

Memory discover_memory(const SystemRoot& root) {
  Memory memory;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 4> fields{
      {{"MemTotal", &memory.total_bytes},
       {"MemAvailable", &memory.available_bytes},
       {"Hugepagesize", &memory.huge_page_bytes},
       {"HugePages_Free", &memory.huge_pages_free}}};
  for (const std::string& line : split_lines(read_file(root.path / "proc/meminfo"))) {
    const auto [key, value] = split_field(line);
    const std::vector<std::string> words = split_words(value);
    for (const auto& [name, target] : fields) {
      if (key != name || words.empty()) continue;
      const std::uint64_t unit_bytes = words.size() > 1 && words[1] == "kB" ? 1024 : 1;
      const std::uint64_t number = to_number(words[0]).value_or(0);
      *target = number > UINT64_MAX / unit_bytes ? 0 : number * unit_bytes;
    }
  }
  memory.transparent_huge_pages =
      bracketed(read_attribute(root.path / "sys/kernel/mm/transparent_hugepage/enabled"));
  return memory;
}

}  // namespace assay
