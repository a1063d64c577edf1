#include "reports/model/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace assay {

namespace {

struct Scale {
  double factor;
  std::string_view suffix;
};

/// Three significant digits of value / factor for the first scale that is not above the value.
template <std::size_t count>
std::string scaled(double value, const std::array<Scale, count>& descending) {
  for (const Scale& scale : descending) {
    // 999.5 would print as 1000 of the smaller unit.
    if (std::abs(value) < scale.factor * 0.9995 && &scale != &descending.back()) continue;
    const double shown = value / scale.factor;
    const double magnitude = std::abs(shown);
    const int decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
    const bool whole = scale.factor == 1 && shown == std::floor(shown);
    return fmt::format("{:.{}f}{}", shown, whole ? 0 : decimals, scale.suffix);
  }
  return {};
}

constexpr double kib = 1024.0;

std::pair<std::optional<double>, std::string> split_number(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return {std::nullopt, {}};
  std::string unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  unit.erase(0, std::min(unit.find_first_not_of(' '), unit.size()));
  for (char& c : unit) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {number, unit};
}

}  // namespace

std::string short_size(std::uint64_t bytes) {
  constexpr std::string_view suffixes = "kmgt";
  std::uint64_t value = bytes;
  std::size_t power = 0;
  while (value >= 1024 && value % 1024 == 0 && power < suffixes.size()) {
    value /= 1024;
    ++power;
  }
  return power == 0 ? fmt::format("{}", value) : fmt::format("{}{}", value, suffixes[power - 1]);
}

std::string format_bytes(double bytes) {
  return scaled(bytes, std::array<Scale, 5>{{{kib * kib * kib * kib, " TiB"},
                                             {kib * kib * kib, " GiB"},
                                             {kib * kib, " MiB"},
                                             {kib, " KiB"},
                                             {1, " B"}}});
}

std::string format_byte_rate(double bytes_per_s) {
  return scaled(
      bytes_per_s,
      std::array<Scale, 5>{
          {{1e12, " TB/s"}, {1e9, " GB/s"}, {1e6, " MB/s"}, {1e3, " kB/s"}, {1, " B/s"}}});
}

std::string format_duration_ns(double ns) {
  return scaled(ns, std::array<Scale, 4>{{{1e9, " s"}, {1e6, " ms"}, {1e3, " us"}, {1, " ns"}}});
}

std::string format_count(double count) {
  return scaled(count, std::array<Scale, 4>{{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}, {1, ""}}});
}

std::string format_value(double value, std::string_view unit) {
  if (unit == "ns") return format_duration_ns(value);
  if (unit == "B/s") return format_byte_rate(value);
  if (unit == "B") return format_bytes(value);
  if (unit == "1/s") return format_count(value) + " IOPS";
  if (unit == "%") return fmt::format("{:.1f} %", value);
  if (unit == "1" || unit.empty()) return fmt::format("{:.4g}", value);
  return fmt::format("{} {}", format_count(value), unit);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto [number, unit] = split_number(text);
  if (!number || *number < 0) return std::nullopt;
  constexpr std::string_view prefixes = "kmgtp";
  double factor = 1;
  if (!unit.empty() && unit != "b") {
    const std::size_t power = prefixes.find(unit[0]);
    const std::string rest = unit.substr(1);
    if (power == std::string_view::npos || (!rest.empty() && rest != "b" && rest != "ib")) {
      return std::nullopt;
    }
    factor = std::pow(rest == "b" ? 1000.0 : kib, static_cast<double>(power + 1));
  }
  const double bytes = *number * factor;
  if (bytes >= 9.2e18) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(bytes));
}

std::optional<double> parse_duration_s(std::string_view text) {
  const auto [number, unit] = split_number(text);
  if (!number || *number <= 0) return std::nullopt;
  if (unit.empty() || unit == "s") return *number;
  if (unit == "ms") return *number / 1e3;
  if (unit == "m" || unit == "min") return *number * 60;
  if (unit == "h") return *number * 3600;
  return std::nullopt;
}

}  // namespace assay
