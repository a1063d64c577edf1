#include "reports/catalog/price.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

namespace assay {

namespace {

constexpr std::array<std::pair<PurchaseOption, std::string_view>, 4> option_words = {
    {{PurchaseOption::on_demand, "on-demand"},
     {PurchaseOption::spot, "spot"},
     {PurchaseOption::reserved_3y, "reserved-3y"},
     {PurchaseOption::user_given, "user-given"}}};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int number = 0;
  const char* end = text.data() + at + count;
  const auto [stop, error] = std::from_chars(text.data() + at, end, number);
  if (error != std::errc{} || stop != end || number < 0) return std::nullopt;
  return number;
}

std::optional<std::chrono::sys_days> date_of(std::string_view text) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

}  // namespace

std::string_view option_word(PurchaseOption option) {
  return option_words.at(static_cast<std::size_t>(option)).second;
}

std::optional<PurchaseOption> option_of_word(std::string_view word) {
  for (const auto& [option, name] : option_words) {
    if (name == word) return option;
  }
  return std::nullopt;
}

std::string_view origin_word(Origin origin) {
  return origin == Origin::embedded ? "built in" : "user";
}

std::optional<long> days_between(std::string_view from, std::string_view to) {
  const auto first = date_of(from);
  const auto last = date_of(to);
  if (!first || !last) return std::nullopt;
  return (*last - *first).count();
}

std::string age_mark(const Price& price, std::string_view today) {
  if (price.date.empty()) return " (undated)";
  const std::optional<long> days = days_between(price.date, today);
  if (!days || *days <= price_days_max) return {};
  return fmt::format(" ({} days old)", *days);
}

std::string price_text(const Price& price, std::string_view today) {
  std::string text = fmt::format("{} {}", option_word(price.option), price.region);
  if (!price.availability_zone.empty()) text += " " + price.availability_zone;
  text += ", " + price.source;
  if (!price.date.empty()) text += ", " + price.date;
  return text + age_mark(price, today);
}

}  // namespace assay
