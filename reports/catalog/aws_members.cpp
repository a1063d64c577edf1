#include "reports/catalog/aws_members.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <stdexcept>

namespace assay {

using nlohmann::json;

const json& json_inside(const json& object, const char* name) {
  static const json nothing = json::object();
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nothing : *found;
}

double json_dollars(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0) ||
      !std::isfinite(value)) {
    throw std::runtime_error(fmt::format("'{}' is not a price", text));
  }
  return value;
}

}  // namespace assay
