#pragma once

#include <cstdint>
#include <string>

namespace assay {

/// Owns host memory in whole pages on one NUMA node, each page touched. Throws std::runtime_error
/// in words where the node is not there, cannot be bound to, or the pages came to lie elsewhere.
class NodeMemory {
 public:
  NodeMemory(std::uint64_t bytes, std::uint32_t numa_node);
  NodeMemory(const NodeMemory&) = delete;
  NodeMemory(NodeMemory&&) = delete;
  NodeMemory& operator=(const NodeMemory&) = delete;
  NodeMemory& operator=(NodeMemory&&) = delete;
  ~NodeMemory();

  void* data() const { return data_; }

 private:
  std::uint64_t bytes_;
  void* data_;
};

}  // namespace assay
