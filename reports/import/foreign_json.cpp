#include "reports/import/foreign_json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <stdexcept>

#include "reports/import/import.hpp"
#include "reports/json/document_limits.hpp"

namespace assay {

namespace {

using ForeignJson = nlohmann::json;

constexpr double foreign_value_max = 1e18;

/// Where the text's first object begins: at the start of a line, but for blanks.
std::size_t begin_of_object(std::string_view file) {
  std::size_t line = 0;
  while (line < file.size()) {
    const std::size_t first = file.find_first_not_of(" \t\r\xEF\xBB\xBF", line);
    if (first == std::string_view::npos) break;
    if (file[first] == '{') return first;
    const std::size_t end = file.find('\n', line);
    if (end == std::string_view::npos) break;
    line = end + 1;
  }
  throw std::runtime_error("no JSON in it: no line begins with '{'");
}

/// One behind the brace that closes the object at `begin`, or the end of a text that breaks off.
std::size_t end_of_object(std::string_view file, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < file.size(); ++i) {
    if (file[i] == '{') ++depth;
    if (file[i] == '}' && --depth == 0) return i + 1;
    if (file[i] != '"') continue;
    for (++i; i < file.size() && file[i] != '"'; ++i) {
      if (file[i] == '\\') ++i;
    }
  }
  return file.size();
}

/// The tool that wrote a document; empty for what is not known.
std::string_view tool_of(const ForeignJson& document) {
  if (document.contains("fio version")) return "fio";
  if (document.contains("nvbandwidth")) return "nvbandwidth";
  if (document.contains("context") && document.contains("benchmarks")) return "google-benchmark";
  return {};
}

std::string_view how_to_make(std::string_view tool) {
  for (const ImportTool& one : import_tools()) {
    if (one.name == tool) return one.how;
  }
  return {};
}

}  // namespace

void ForeignNode::fail(const std::string& what) const {
  throw std::runtime_error(fmt::format("{}: {}", place_.empty() ? "document" : place_, what));
}

ForeignNode ForeignNode::member(const std::string& name) const {
  if (!node_->is_object()) fail("expected an object");
  if (auto found = find(name)) return *found;
  ForeignNode(*node_, place_.empty() ? name : place_ + "." + name).fail("missing");
}

std::optional<ForeignNode> ForeignNode::find(const std::string& name) const {
  if (!node_->is_object()) return std::nullopt;
  const auto found = node_->find(name);
  if (found == node_->end()) return std::nullopt;
  return ForeignNode(*found, place_.empty() ? name : place_ + "." + name);
}

std::vector<ForeignNode> ForeignNode::items() const {
  if (!node_->is_array()) fail("expected a list");
  std::vector<ForeignNode> all;
  all.reserve(node_->size());
  for (const ForeignJson& item : *node_) {
    all.emplace_back(item, fmt::format("{}[{}]", place_, all.size()));
  }
  return all;
}

std::vector<std::pair<std::string, ForeignNode>> ForeignNode::members() const {
  if (!node_->is_object()) fail("expected an object");
  std::vector<std::pair<std::string, ForeignNode>> all;
  all.reserve(node_->size());
  for (const auto& [name, value] : node_->items()) {
    all.emplace_back(name, ForeignNode(value, place_.empty() ? name : place_ + "." + name));
  }
  return all;
}

double ForeignNode::number() const {
  if (!node_->is_number()) fail("expected a number");
  const auto value = node_->get<double>();
  if (!std::isfinite(value) || value < 0 || value > foreign_value_max) {
    fail(fmt::format("{} is no value that can be measured", value));
  }
  return value;
}

double ForeignNode::signed_number() const {
  if (!node_->is_number()) fail("expected a number");
  const auto value = node_->get<double>();
  if (!(std::abs(value) <= foreign_value_max)) fail(fmt::format("{} is beyond all measure", value));
  return value;
}

std::uint64_t ForeignNode::whole() const {
  const double value = number();
  if (value != std::floor(value)) fail("expected a whole number");
  return node_->is_number_unsigned() ? node_->get<std::uint64_t>()
                                     : static_cast<std::uint64_t>(value);
}

std::string ForeignNode::text() const {
  if (!node_->is_string()) fail("expected a text");
  return node_->get<std::string>();
}

bool ForeignNode::truth() const {
  if (!node_->is_boolean()) fail("expected true or false");
  return node_->get<bool>();
}

ForeignJson parse_foreign(std::string_view file) {
  if (file.size() > document_bytes_max) {
    throw std::runtime_error("larger than 256 MiB: no tool writes such a file");
  }
  const std::size_t begin = begin_of_object(file);
  const std::string_view text = file.substr(begin, end_of_object(file, begin) - begin);
  check_document_limits(text);
  try {
    return ForeignJson::parse(text);
  } catch (const ForeignJson::exception& error) {
    throw std::runtime_error(fmt::format("not valid JSON: {}", error.what()));
  }
}

void check_tool(const ForeignJson& document, std::string_view tool) {
  const std::string_view found = tool_of(document);
  if (found == tool) return;
  if (!found.empty()) {
    throw std::runtime_error(
        fmt::format("this looks like {}'s JSON: assay import {} FILE", found, found));
  }
  const auto schema = document.find("schema");
  if (schema != document.end() && *schema == "assay-result") {
    throw std::runtime_error(
        "this is a Result of assay already: assay report, compare and verify "
        "take it as it is");
  }
  throw std::runtime_error(fmt::format("not {}'s JSON; make it with {}", tool, how_to_make(tool)));
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!std::isfinite(value) || value < 0 || value > foreign_value_max) return std::nullopt;
  return value;
}

}  // namespace assay
