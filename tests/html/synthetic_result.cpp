#include "tests/html/synthetic_result.hpp"

#include <fmt/format.h>

#include "reports/limits/classify.hpp"
#include "tests/html/synthetic_cases.hpp"

namespace assay {

namespace {

Host synthetic_host() {
  Host host;
  host.identity = {"SYNTHETIC, not a measurement", "synthetic.2xlarge", "", "1.0", "i-synthetic"};
  host.kernel = {"6.1.0-synthetic", "Debian GNU/Linux 12 (bookworm)", "root=/dev/nvme0n1p1 ro"};
  host.cpu = {"Synthetic CPU @ 2.90GHz", "x86_64", 1, 4, 8, "0xd0003f5", "performance",
              {"avx2", "avx512f"}};
  host.caches = {{"L1d", 48 << 10, 64, 4, 2},
                 {"L1i", 32 << 10, 64, 4, 2},
                 {"L2", 1280 << 10, 64, 4, 2},
                 {"L3", 54ULL << 20, 64, 1, 8}};
  host.numa_nodes = {{0, 64ULL << 30, "0-7"}};
  host.memory = {64ULL << 30, 61ULL << 30, "madvise", 2 << 20, 0};
  BlockDevice root;
  root.name = "nvme0n1";
  root.path = "/dev/nvme0n1";
  root.model = "Amazon Elastic Block Store";
  root.serial = "vol0123456789abcdef0";
  root.firmware = "1.0";
  root.transport = "nvme";
  root.device_class = DeviceClass::ebs;
  root.size_bytes = 100ULL << 30;
  root.logical_block_bytes = 512;
  root.physical_block_bytes = 4096;
  root.scheduler = "none";
  root.nr_requests = 127;
  root.max_sectors_kb = 256;
  root.write_cache = "write through";
  root.numa_node = 0;
  root.pci_address = "0000:00:04.0";
  root.partitions = {{"nvme0n1p1", (100ULL << 30) - (1 << 20), {"/"}, {}, false}};
  BlockDevice store = root;
  store.name = "nvme1n1";
  store.path = "/dev/nvme1n1";
  store.model = "Amazon EC2 NVMe Instance Storage";
  store.serial = "AWS0123456789ABCDEF0";
  store.device_class = DeviceClass::instance_store;
  store.size_bytes = 1875ULL * 1000 * 1000 * 1000;
  store.pci_address = "0000:00:1f.0";
  store.partitions.clear();
  store.mounts = {"/mnt/store"};
  host.block_devices = {root, store};
  host.file_systems = {
      {"/", "ext4", "/dev/nvme0n1p1", "nvme0n1", "rw,relatime", 98ULL << 30, 71ULL << 30},
      {"/mnt/store", "xfs", "/dev/nvme1n1", "nvme1n1", "rw,noatime", 1700ULL << 30, 1690ULL << 30}};
  host.io_uring = {IoUringState::available, ""};
  host.gpu.none_reason = "No NVIDIA GPU on the PCI bus.";
  return host;
}

Target target(const char* id, const char* label, TargetKind kind, DeviceClass device_class,
              const char* path, const char* device, const char* reason) {
  Target made;
  made.id = id;
  made.label = label;
  made.kind = kind;
  made.device_class = device_class;
  made.path = path;
  made.device = device;
  made.chosen = true;
  made.reason = reason;
  return made;
}

std::vector<Target> synthetic_targets() {
  std::vector<Target> targets = {
      target("ebs-file", "/ (ext4 on nvme0n1)", TargetKind::file_system, DeviceClass::ebs, "/",
             "nvme0n1", "the working directory's file system"),
      target("instance-store-file", "/mnt/store (xfs on nvme1n1)", TargetKind::file_system,
             DeviceClass::instance_store, "/mnt/store", "nvme1n1", "asked for with --target"),
      target("host-memory", "host memory, 64 GiB", TargetKind::host_memory, DeviceClass::other, "",
             "", "always measured"),
      target("ebs", "/dev/nvme0n1 (Amazon Elastic Block Store)", TargetKind::block_device,
             DeviceClass::ebs, "/dev/nvme0n1", "nvme0n1",
             "it is mounted at / and was not asked for: only its file system is measured")};
  targets.back().chosen = false;
  for (std::size_t i = 0; i < 2; ++i) {
    targets[i].span_bytes = 8ULL << 30;
    targets[i].contents = "written by this run";
  }
  return targets;
}

}  // namespace

Result synthetic_result() {
  Result result;
  result.provenance = {"0.1.0",
                       "0000000synthetic",
                       "GNU 12.2.0",
                       "-O3 -DNDEBUG",
                       "assay run --suite quick --target . --target /mnt/store --out results",
                       "2026-01-01T00:00:00Z",
                       "2026-01-01T00:02:41Z",
                       0};
  result.host = synthetic_host();
  result.plan.suite = "quick";
  result.plan.suite_sha256 = std::string(64, '5');
  result.plan.seed = 42;
  result.plan.targets = synthetic_targets();
  result.method = {
      {"windows", "1 s ticks; the first second of each case is warm-up and not counted"},
      {"latency",
       "every I/O, from before submission to completion, log-linear "
       "histogram with relative error of at most 1/128"},
      {"data", "incompressible, from the seed"}};
  result.preparations = {{"ebs-file", "sequential fill, incompressible data", 8ULL << 30, 31.4,
                          "2026-01-01T00:00:33Z"},
                         {"instance-store-file", "sequential fill, incompressible data", 8ULL << 30,
                          4.6, "2026-01-01T00:01:12Z"}};
  result.comparability = {1,
                          0,
                          result.plan.suite_sha256,
                          "sequential-fill",
                          "incompressible",
                          "gp3, 16000 IOPS, 1000 MiB/s",
                          true};
  result.noise = {0.3, 1.1, 0.2, 0.8, 0.42, 3412};
  add_synthetic_cases(result);
  classify_limits(result);
  return result;
}

Result hostile_result() {
  Result result = synthetic_result();
  const std::string markup =
      "</style></script><script>alert(1)</script><img src=x onerror=\"a\">'&|`";
  result.host.identity.product_name = "=cmd|' /C calc'!A0" + markup;
  result.host.identity.sys_vendor = "SYNTHETIC " + markup;
  result.host.kernel.command_line = markup + "\xff\x01";
  result.host.block_devices[0].model = markup;
  result.host.file_systems[0].mount_point = "/" + markup;
  result.provenance.command_line = "assay run --out " + markup;
  result.provenance.assay_version = markup;
  result.plan.suite = markup;
  for (Target& one : result.plan.targets) one.label = markup;
  result.plan.targets[3].reason = markup;
  result.method.emplace_back(markup, markup);
  for (CaseResult& measured : result.cases) {
    if (!measured.reason.empty()) measured.reason = "@SUM(1)," + markup + "\nnext line";
    if (!measured.flags.empty()) measured.flags = {markup};
    if (measured.limit) measured.limit->evidence = markup;
  }
  return result;
}

std::string synthetic_json(const Result& result) {
  std::string text = "{\"schema\":\"assay-result\",\"cases\":[";
  for (const CaseResult& measured : result.cases) {
    text +=
        fmt::format("{}{{\"id\":\"{}\",\"metrics\":[", text.back() == '[' ? "" : ",", measured.id);
    for (const Metric& metric : measured.metrics) {
      text += fmt::format("{{\"name\":\"{}\",\"value\":{},\"unit\":\"{}\"}}", metric.name,
                          metric.value, metric.unit);
    }
    for (const NamedHistogram& histogram : measured.histograms) {
      for (const auto& [bucket, count] : histogram.latency.buckets) {
        text += fmt::format("[{},{}]", bucket, count);
      }
    }
    for (const Tick& tick : measured.ticks) {
      for (const auto& [bucket, count] : tick.latency.buckets) {
        text += fmt::format("[{},{}]", bucket, count);
      }
    }
    text += "]}";
  }
  return text + "]}\n";
}

}  // namespace assay
