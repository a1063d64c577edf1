#include "runners/discovery/discovery.hpp"

#include "runners/discovery/block_devices.hpp"
#include "runners/discovery/block_nodes.hpp"
#include "runners/discovery/file_systems.hpp"
#include "runners/discovery/gpus.hpp"
#include "runners/discovery/io_uring_state.hpp"
#include "runners/discovery/machine.hpp"
#include "runners/discovery/mounts.hpp"
#include "runners/discovery/nvme_identity.hpp"
#include "runners/discovery/topology.hpp"

namespace assay {

Host discover(const SystemRoot& root) {
  const std::vector<BlockNode> nodes = read_block_nodes(root);
  const Topology topology = discover_topology(root);
  Host host;
  host.identity = discover_identity(root);
  host.kernel = discover_kernel(root);
  host.cpu = discover_cpu(root);
  if (topology.packages != 0) host.cpu.packages = topology.packages;
  if (topology.cores != 0) host.cpu.cores = topology.cores;
  if (topology.threads != 0) host.cpu.threads = topology.threads;
  host.caches = topology.caches;
  host.numa_nodes = topology.numa_nodes;
  host.memory = discover_memory(root);
  // The only node has all memory; kernels that set up memory late count less of it there.
  if (host.numa_nodes.size() == 1 && host.memory.total_bytes != 0) {
    host.numa_nodes.front().memory_bytes = host.memory.total_bytes;
  }
  host.block_devices = discover_block_devices(root, nodes, read_all_mounts(root));
  identify_nvme_devices(host.block_devices, root, system_admin_command());
  host.file_systems = discover_file_systems(root, nodes, read_mounts(root));
  host.io_uring = discover_io_uring(root);
  host.gpu = discover_gpus(root);
  return host;
}

}  // namespace assay
