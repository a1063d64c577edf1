#include "runners/plan/host_class.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr double store_bytes_a_cpu = 150e9;
constexpr double memory_bytes_a_cpu = 13.0 * (1ULL << 30);
constexpr double memory_bytes_min = 128.0 * (1ULL << 30);
constexpr std::uint32_t hpc_cores_min = 64;

/// What classes are told by, whoever says it.
struct Shape {
  std::uint32_t cpus = 0;
  double memory_bytes = 0;
  double store_bytes = 0;
  std::string gpus;     // in words; empty without any
  std::string hpc;      // why it is made for HPC; empty when it is not
  std::string told_by;  // "i4i.large in the catalog"
};

Shape shape_of(const InstanceType& type) {
  Shape shape;
  shape.cpus = type.vcpus;
  shape.memory_bytes = static_cast<double>(type.memory_bytes);
  shape.store_bytes = static_cast<double>(type.disk_bytes_total);
  if (type.gpus > 0)
    shape.gpus = fmt::format("{} GPU{} ({})", type.gpus, type.gpus == 1 ? "" : "s", type.gpu);
  if (type.name.starts_with("hpc")) shape.hpc = "sold for HPC";
  shape.told_by = type.name + " in the catalog";
  return shape;
}

Shape shape_of(const Host& host) {
  Shape shape;
  shape.cpus = host.cpu.threads;
  shape.memory_bytes = static_cast<double>(host.memory.total_bytes);
  for (const BlockDevice& device : host.block_devices) {
    if (device.device_class != DeviceClass::instance_store) continue;
    shape.store_bytes += static_cast<double>(device.size_bytes);
  }
  const std::size_t gpus = std::max(host.gpu.devices.size(), host.gpu.pci_devices.size());
  if (gpus > 0) shape.gpus = fmt::format("{} NVIDIA GPU{}", gpus, gpus == 1 ? "" : "s");
  if (host.cpu.architecture == "x86_64" && host.cpu.cores >= hpc_cores_min &&
      host.cpu.cores == host.cpu.threads) {
    shape.hpc = fmt::format("{} cores without hyper-threads", host.cpu.cores);
  }
  shape.told_by = "the hardware found";
  return shape;
}

}  // namespace

ClassChoice classify_host(const Host& host, const Catalog& catalog) {
  const InstanceType* type = find_type(catalog, instance_type_of(host));
  const Shape shape = type != nullptr ? shape_of(*type) : shape_of(host);
  // The bundle for aarch64 has no CUDA (g5g); a program that was built there may have it.
  const bool no_cuda = host.cpu.architecture == "aarch64" && host.gpu.runtime_version.empty();
  std::string by = fmt::format(", by {}", shape.told_by);
  if (!shape.gpus.empty() && !no_cuda) return {HostClass::gpu, shape.gpus + by};
  if (!shape.gpus.empty()) by += fmt::format("; {} not measured by this program", shape.gpus);
  if (!shape.hpc.empty()) return {HostClass::hpc, shape.hpc + by};
  const double cpus = std::max(1U, shape.cpus);
  const double store = shape.store_bytes / cpus;
  const double memory = shape.memory_bytes / cpus;
  const std::string of_store = fmt::format("{:.0f} GB of instance store", store / 1e9);
  const std::string of_memory = fmt::format("{} of memory", format_bytes(memory));
  if (store >= store_bytes_a_cpu) {
    return {HostClass::storage, fmt::format("{} a vCPU (150 GB or more){}", of_store, by)};
  }
  if (memory >= memory_bytes_a_cpu && shape.memory_bytes >= memory_bytes_min) {
    return {HostClass::high_memory, fmt::format("{} a vCPU (13 GiB or more){}", of_memory, by)};
  }
  return {HostClass::general,
          fmt::format("{}{} and {} a vCPU{}", shape.gpus.empty() ? "no GPU, " : "", of_store,
                      of_memory, by)};
}

ClassDefaults defaults_of(HostClass host_class) {
  switch (host_class) {
    case HostClass::general:
      return {"quick", ""};
    case HostClass::storage:
      return {"standard", "all"};
    case HostClass::gpu:
      return {"gpu", "all"};
    case HostClass::high_memory:
      return {"high-memory", "all"};
    case HostClass::hpc:
      return {"hpc", "all"};
  }
  return {"quick", ""};
}

HostClass parse_host_class(const std::string& option, const std::string& name) {
  if (const auto host_class = named<HostClass>(name)) return *host_class;
  std::vector<std::string_view> names;
  names.reserve(std::size(EnumNames<HostClass>::table));
  for (const auto& [value, word] : EnumNames<HostClass>::table) names.push_back(word);
  throw UsageError(fmt::format("{} {}: no such class{}", option, name, hint_for(name, names)));
}

}  // namespace assay
