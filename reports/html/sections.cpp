#include "reports/html/sections.hpp"

namespace assay::html {

const std::vector<Section>& sections() {
  static const std::vector<Section> all = {
      {"verdict", "Verdict", verdict_section},
      {"key-metrics", "Key metrics", key_metrics_section},
      {"queue-depth", "Latency and IOPS against queue depth", queue_depth_section},
      {"rates", "Latency at a fixed rate", rates_section},
      {"engines", "Ways into the kernel", engines_section},
      {"scaling", "All at once", scaling_section},
      {"side-by-side", "EBS against instance store", side_by_side_section},
      {"advertised", "Measured against advertised", advertised_section},
      {"limits", "What bound each case", limits_section},
      {"distribution", "Latency distribution", distribution_section},
      {"over-time", "Latency over time", over_time_section},
      {"memory", "Memory", memory_section},
      {"memory-curves", "Memory by threads and working set", memory_curves_section},
      {"memory-nodes", "Memory between NUMA nodes", memory_nodes_section},
      {"gpu", "GPU", gpu_section},
      {"pipeline", "Storage to GPU", pipeline_section},
      {"method", "Method, noise and what was skipped", method_section},
      {"disclosure", "Full disclosure", disclosure_section},
  };
  return all;
}

}  // namespace assay::html
