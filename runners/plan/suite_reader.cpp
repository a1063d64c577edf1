#include "runners/plan/suite_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "reports/model/units.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

constexpr double duration_s_max = 7 * 24 * 3600.0;

}  // namespace

std::string SuiteReader::place(const toml::source_region& region) const {
  return fmt::format("{}:{}:{}", origin_, region.begin.line, region.begin.column);
}

toml::table SuiteReader::parse(std::string_view text) const {
  try {
    return toml::parse(text, std::string_view(origin_));
  } catch (const toml::parse_error& error) {
    throw UsageError(fmt::format("{}: {}", place(error.source()), error.description()));
  }
}

void SuiteReader::fail(const toml::node& node, const std::string& what) const {
  throw UsageError(fmt::format("{}: {}", place(node.source()), what));
}

void SuiteReader::check_keys(const toml::table& table,
                             const std::vector<std::string_view>& known) const {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    throw UsageError(fmt::format("{}: unknown key '{}'{}", place(key.source()), key.str(),
                                 hint_for(key.str(), known)));
  }
}

const toml::node& SuiteReader::required(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) fail(table, fmt::format("'{}' is missing", key));
  return *node;
}

std::string SuiteReader::text_of(const toml::node& node) const {
  const auto text = node.value<std::string>();
  if (!node.is_string() || !text) fail(node, "expected a text in quotes");
  return *text;
}

double SuiteReader::duration_of(const toml::node& node) const {
  const auto number = node.is_number() ? node.value<double>() : std::nullopt;
  const auto seconds = node.is_number() ? number : parse_duration_s(text_of(node));
  if (!seconds || !(*seconds > 0) || *seconds > duration_s_max) {
    fail(node, "expected a duration such as \"3s\", \"250ms\" or \"2m\", at most 7 days");
  }
  return *seconds;
}

std::uint64_t SuiteReader::size_of(const toml::node& node) const {
  const auto size = node.is_integer() ? parse_size(std::to_string(*node.value<std::int64_t>()))
                                      : parse_size(text_of(node));
  if (!size || *size == 0) fail(node, "expected a size such as \"4k\", \"1MiB\" or 4096");
  return *size;
}

std::uint32_t SuiteReader::whole_of(const toml::node& node, std::int64_t min,
                                    std::int64_t max) const {
  const auto number = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
  if (!number || *number < min || *number > max) {
    fail(node, fmt::format("expected a whole number from {} to {}", min, max));
  }
  return static_cast<std::uint32_t>(*number);
}

bool SuiteReader::truth_of(const toml::node& node) const {
  if (!node.is_boolean()) fail(node, "expected true or false");
  return *node.value<bool>();
}

double SuiteReader::percent_of(const toml::node& node, double min, double max) const {
  const std::string text = node.is_string() ? text_of(node) : std::string();
  double percent = -1;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, percent);
  if (read.ec != std::errc() || std::string_view(read.ptr, end) != "%" || !(percent >= min) ||
      percent > max) {
    fail(node, fmt::format("expected a percentage such as \"50%\", from {:g}% to {:g}%", min, max));
  }
  return percent;
}

void SuiteReader::each(const toml::node& node,
                       const std::function<void(const toml::node&)>& visit) const {
  const toml::array* list = node.as_array();
  if (list == nullptr) return visit(node);
  if (list->empty()) fail(node, "the list is empty");
  for (const toml::node& item : *list) visit(item);
}

}  // namespace assay
