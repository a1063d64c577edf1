#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {

/// A member of a foreign document and the path that leads to it, for messages:
/// "jobs[2].read.clat_ns". Does not own the document. What throws, throws std::runtime_error in
/// words that begin with the path.
class ForeignNode {
 public:
  ForeignNode(const nlohmann::json& node, std::string place)
      : node_(&node), place_(std::move(place)) {}

  bool is_number() const { return node_->is_number(); }
  bool is_text() const { return node_->is_string(); }

  /// The member of that name; throws where there is none, or this is no object.
  ForeignNode member(const std::string& name) const;
  std::optional<ForeignNode> find(const std::string& name) const;
  /// Items of a list; throws where this is none.
  std::vector<ForeignNode> items() const;
  /// Members of an object by name.
  std::vector<std::pair<std::string, ForeignNode>> members() const;

  /// A finite number from 0 to 1e18, which is the range of what can be measured.
  double number() const;
  /// A finite number from -1e18 to 1e18.
  double signed_number() const;
  /// A whole number from 0 to 1e18, also where it is written with a decimal point.
  std::uint64_t whole() const;
  std::string text() const;
  bool truth() const;

  [[noreturn]] void fail(const std::string& what) const;

 private:
  const nlohmann::json* node_;
  std::string place_;
};

/// The JSON object of a file: from the first line that begins with '{' to the brace that closes
/// it, for tools print warnings around it. Throws where there is none, or it goes beyond the limits
/// of reports/json/document_limits.hpp.
nlohmann::json parse_foreign(std::string_view file);

/// Throws unless the document is one of that tool, naming the command for the one that it is of.
void check_tool(const nlohmann::json& document, std::string_view tool);

/// A finite number of at least 0 as the whole of a text, or empty.
std::optional<double> parse_number(std::string_view text);

}  // namespace assay
