#include "reports/import/fio_options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace assay {

namespace {

/// Names and places: two machines that ran the same job differ in them.
constexpr std::array<std::string_view, 8> of_place = {"filename",     "directory",     "name",
                                                      "description",  "output",        "hostname",
                                                      "cpus_allowed", "numa_cpu_nodes"};

bool is_of_place(std::string_view name) {
  return std::find(of_place.begin(), of_place.end(), name) != of_place.end();
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace

FioOptions::FioOptions(const ForeignNode& document, const ForeignNode& job) {
  for (const auto& [node, name] :
       {std::pair{&job, "job options"}, std::pair{&document, "global options"}}) {
    const auto options = node->find(name);
    if (!options) continue;
    for (const auto& [option, value] : options->members()) {
      options_.emplace_back(option, value.text());
    }
  }
}

std::optional<std::string> FioOptions::get(std::string_view name, std::string_view alias) const {
  for (const auto& [option, value] : options_) {
    if (option == name || (!alias.empty() && option == alias)) return value;
  }
  return std::nullopt;
}

std::string FioOptions::get_or(std::string_view name, const std::string& fallback) const {
  return get(name).value_or(fallback);
}

bool FioOptions::is_on(std::string_view name) const {
  const auto value = get(name);
  return value && *value != "0" && *value != "false";
}

std::optional<std::uint64_t> FioOptions::size(std::string_view text) const {
  constexpr std::string_view prefixes = "kmgtp";
  const std::string word = lower(text);
  const std::size_t end = std::min(word.find_first_not_of("0123456789."), word.size());
  const auto number = parse_number(std::string_view(word).substr(0, end));
  if (!number) return std::nullopt;
  std::string unit = word.substr(end);
  if (!unit.empty() && unit.back() == 'b') unit.pop_back();
  const bool inverse = get_or("kb_base", "1024") == "1000";
  double base = inverse ? 1000 : 1024;
  if (unit.size() == 2 && unit.back() == 'i') {
    base = inverse ? 1024 : 1000;
    unit.pop_back();
  }
  double factor = 1;
  if (!unit.empty()) {
    const std::size_t power = prefixes.find(unit[0]);
    if (unit.size() > 1 || power == std::string_view::npos) return std::nullopt;
    factor = std::pow(base, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  constexpr double bytes_max = 1e18;
  if (!(bytes >= 1) || bytes > bytes_max || bytes != std::floor(bytes)) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

std::string FioOptions::definition() const {
  std::map<std::string, std::string> in_order;
  for (const auto& [option, value] : options_) {
    if (!is_of_place(option)) in_order.emplace(option, value);
  }
  std::string text;
  for (const auto& [option, value] : in_order) {
    text.append(option).append("=").append(value).append(" ");
  }
  return text;
}

std::vector<std::string> comma_parts(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    if (comma == text.size()) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace assay
