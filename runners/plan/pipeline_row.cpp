#include "runners/plan/pipeline_row.hpp"

namespace assay {

namespace {

constexpr std::uint64_t pipeline_block_max = 64U << 20;
constexpr std::int64_t pipeline_buffers_max = 256;

}  // namespace

const std::vector<std::string_view>& pipeline_keys() {
  static const std::vector<std::string_view> keys{"block_size", "buffers", "path", "devices"};
  return keys;
}

void read_pipeline_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  reader.each(reader.required(table, "block_size"), [&](const toml::node& node) {
    const std::uint64_t size = reader.size_of(node);
    if (size % 4096 != 0 || size > pipeline_block_max) {
      reader.fail(node,
                  "block_size must be a multiple of 4k, at most 64m: O_DIRECT needs alignment");
    }
    row.pipeline.block_sizes.push_back(static_cast<std::uint32_t>(size));
  });
  reader.each(reader.required(table, "buffers"), [&](const toml::node& node) {
    row.pipeline.buffers.push_back(reader.whole_of(node, 1, pipeline_buffers_max));
  });
  if (const auto* node = table.get("path")) {
    row.pipeline.paths.clear();
    reader.each(*node, [&](const toml::node& one) {
      row.pipeline.paths.push_back(reader.word_of<PipelinePath>(one, "path"));
    });
  }
  if (const auto* node = table.get("devices")) {
    const std::string word = reader.text_of(*node);
    if (word != "each" && word != "all") reader.fail(*node, "expected \"each\" or \"all\"");
    row.pipeline.devices = word == "all" ? DeviceUse::all : DeviceUse::each;
  }
}

}  // namespace assay
