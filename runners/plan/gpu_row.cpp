#include "runners/plan/gpu_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {

namespace {

constexpr std::uint64_t array_bytes_min = 4096;

/// Which keys a kind of workload knows, beyond array_size.
constexpr std::array<std::string_view, 3> host_workloads{"host-to-device", "device-to-host",
                                                         "bidirectional"};
constexpr std::array<std::string_view, 2> peer_workloads{"peer-copy", "peer-latency"};

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Fails unless each of the row's workloads is one that the key is for.
template <class IsFor>
void only_for(const SuiteReader& reader, const toml::node& node, const SuiteRow& row,
              std::string_view what, IsFor is_for) {
  for (const Workload* workload : row.workloads) {
    if (is_for(workload->name)) continue;
    reader.fail(node, fmt::format("{} does not apply to {}: give it in a table of other workloads",
                                  what, workload->name));
  }
}

void read_sizes(const SuiteReader& reader, const toml::node& node, SuiteRow& row) {
  reader.each(node, [&](const toml::node& one) {
    const std::uint64_t bytes = reader.size_of(one);
    if (bytes < array_bytes_min || bytes % 16 != 0) {
      reader.fail(one, "an array is at least 4k, in whole multiples of 16 bytes");
    }
    row.gpu.array_sizes.push_back(bytes);
  });
}

bool has_pageable(const SuiteRow& row) {
  return std::count(row.gpu.host_buffers.begin(), row.gpu.host_buffers.end(),
                    HostBuffer::pageable) > 0;
}

bool has_bidirectional(const SuiteRow& row) {
  return std::any_of(row.workloads.begin(), row.workloads.end(),
                     [](const Workload* workload) { return workload->name == "bidirectional"; });
}

void read_host_buffers(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  const auto is_host = [](std::string_view name) { return is_one_of(host_workloads, name); };
  if (const auto* node = table.get("host_buffer")) {
    only_for(reader, *node, row, "host_buffer", is_host);
    reader.each(*node, [&](const toml::node& one) {
      row.gpu.host_buffers.push_back(reader.word_of<HostBuffer>(one, "host_buffer"));
    });
    if (has_pageable(row) && has_bidirectional(row)) {
      reader.fail(*node,
                  "bidirectional needs pinned host memory: CUDA returns from a copy of pageable "
                  "memory only when it is complete, so the two directions would take turns. Give "
                  "it in a table of its own, with host_buffer = \"pinned\"");
    }
  }
  if (const auto* node = table.get("numa_node")) {
    only_for(reader, *node, row, "numa_node", is_host);
    if (reader.text_of(*node) != "each") reader.fail(*node, "expected \"each\"");
    row.gpu.each_numa_node = true;
  }
}

void read_movers(const SuiteReader& reader, const toml::node& node, SuiteRow& row) {
  only_for(reader, node, row, "mover", [](std::string_view name) {
    return is_one_of(host_workloads, name) || name == "peer-copy";
  });
  reader.each(node, [&](const toml::node& one) {
    row.gpu.movers.push_back(reader.word_of<Mover>(one, "mover"));
  });
  const bool kernels =
      std::count(row.gpu.movers.begin(), row.gpu.movers.end(), Mover::multiprocessors) > 0;
  if (has_pageable(row) && kernels) {
    reader.fail(node,
                "the multiprocessors reach pinned host memory only: give pageable in a table "
                "of its own");
  }
}

void read_gpus(const SuiteReader& reader, const toml::node& node, SuiteRow& row) {
  const std::string word = reader.text_of(node);
  if (word != "each" && word != "all") reader.fail(node, "expected \"each\" or \"all\"");
  row.gpu.all_gpus = word == "all";
  if (!row.gpu.all_gpus) return;
  only_for(reader, node, row, "gpus = \"all\"", [](std::string_view name) {
    return !is_one_of(peer_workloads, name) && name != "chase";
  });
}

}  // namespace

const std::vector<std::string_view>& gpu_keys() {
  static const std::vector<std::string_view> keys{"array_size", "element",   "host_buffer",
                                                  "mover",      "numa_node", "gpus"};
  return keys;
}

void read_gpu_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  if (const auto* node = table.get("array_size")) read_sizes(reader, *node, row);
  if (const auto* node = table.get("element")) {
    only_for(reader, *node, row, "element", [](std::string_view name) {
      return name != "chase" && !is_one_of(host_workloads, name) &&
             !is_one_of(peer_workloads, name);
    });
    reader.each(*node, [&](const toml::node& one) {
      row.gpu.elements.push_back(reader.word_of<ElementType>(one, "element"));
    });
  }
  read_host_buffers(reader, table, row);
  if (const auto* node = table.get("mover")) read_movers(reader, *node, row);
  if (const auto* node = table.get("gpus")) read_gpus(reader, *node, row);
}

}  // namespace assay
