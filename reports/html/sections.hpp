#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/model/result.hpp"

namespace assay::html {

/// What every section is made from. `result_json` is the exact text of result.json.
struct Document {
  const Result& result;
  std::string_view result_json;
  const CatalogView& catalog;
};

/// A section's HTML without its heading; empty when the Result has nothing for it.
using RenderSection = std::string (*)(const Document& document);

struct Section {
  std::string_view id;
  std::string_view heading;
  RenderSection render;
};

/// THE list: the report's table of contents, in order.
const std::vector<Section>& sections();

/// Heading of a target's part of a section: its id, label and device class, and of the slowest of
/// a set the member that it was.
std::string target_heading(const Result& result, const Target& target);

std::string verdict_section(const Document& document);
std::string key_metrics_section(const Document& document);
std::string queue_depth_section(const Document& document);
std::string rates_section(const Document& document);
std::string engines_section(const Document& document);
std::string scaling_section(const Document& document);
std::string side_by_side_section(const Document& document);
std::string advertised_section(const Document& document);
std::string limits_section(const Document& document);
std::string distribution_section(const Document& document);
std::string over_time_section(const Document& document);
std::string memory_section(const Document& document);
std::string memory_curves_section(const Document& document);
std::string memory_nodes_section(const Document& document);
std::string gpu_section(const Document& document);
std::string pipeline_section(const Document& document);
std::string method_section(const Document& document);
std::string disclosure_section(const Document& document);

}  // namespace assay::html
