#include "reports/catalog/type_name.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <tuple>
#include <utility>

namespace assay {

namespace {

constexpr double metal_rank = 20000;
constexpr double sized_metal_rank = 10000;
constexpr double unknown_rank = 30000;

/// The number of "4xlarge" with the suffix "xlarge"; empty when it is something else.
std::optional<double> number_before(std::string_view text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return std::nullopt;
  text.remove_suffix(suffix.size());
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number >= sized_metal_rank) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

TypeName parse_type_name(std::string_view instance_type) {
  const std::size_t dot = instance_type.find('.');
  if (dot == std::string_view::npos) return {std::string(instance_type), {}};
  return {std::string(instance_type.substr(0, dot)), std::string(instance_type.substr(dot + 1))};
}

double size_rank(std::string_view size) {
  constexpr std::array<std::pair<std::string_view, double>, 7> words = {{{"nano", 1.0 / 32},
                                                                         {"micro", 1.0 / 16},
                                                                         {"small", 1.0 / 8},
                                                                         {"medium", 1.0 / 4},
                                                                         {"large", 1.0 / 2},
                                                                         {"xlarge", 1},
                                                                         {"metal", metal_rank}}};
  for (const auto& [word, rank] : words) {
    if (size == word) return rank;
  }
  if (const auto number = number_before(size, "xlarge")) return *number;
  constexpr std::string_view metal = "metal-";
  if (size.starts_with(metal)) {
    if (const auto number = number_before(size.substr(metal.size()), "xl")) {
      return sized_metal_rank + *number;
    }
  }
  return unknown_rank;
}

bool type_name_less(std::string_view a, std::string_view b) {
  const TypeName left = parse_type_name(a);
  const TypeName right = parse_type_name(b);
  return std::make_tuple(std::string_view(left.family), size_rank(left.size), a) <
         std::make_tuple(std::string_view(right.family), size_rank(right.size), b);
}

}  // namespace assay
