#include "runners/plan/gpu_row.hpp"

#include <fmt/format.h>

namespace assay {

namespace {

constexpr std::uint64_t array_bytes_min = 4096;

void refuse_element_of_what_has_none(const SuiteReader& reader, const toml::node& node,
                                     const SuiteRow& row) {
  for (const Workload* workload : row.workloads) {
    if (workload->name == "chase" || workload->name == "host-to-device" ||
        workload->name == "device-to-host") {
      reader.fail(node, fmt::format("{} moves bytes, not elements: give element in a table of "
                                    "other workloads",
                                    workload->name));
    }
  }
}

}  // namespace

const std::vector<std::string_view>& gpu_keys() {
  static const std::vector<std::string_view> keys{"array_size", "element"};
  return keys;
}

void read_gpu_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  if (const auto* node = table.get("array_size")) {
    reader.each(*node, [&](const toml::node& one) {
      const std::uint64_t bytes = reader.size_of(one);
      if (bytes < array_bytes_min || bytes % 16 != 0) {
        reader.fail(one, "an array is at least 4k, in whole multiples of 16 bytes");
      }
      row.gpu.array_sizes.push_back(bytes);
    });
  }
  if (const auto* node = table.get("element")) {
    refuse_element_of_what_has_none(reader, *node, row);
    reader.each(*node, [&](const toml::node& one) {
      row.gpu.elements.push_back(reader.word_of<ElementType>(one, "element"));
    });
  }
}

}  // namespace assay
