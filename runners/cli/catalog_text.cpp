#include "runners/cli/catalog_text.hpp"

#include <fmt/format.h>

#include "reports/catalog/fields.hpp"
#include "runners/discovery/text_table.hpp"

namespace assay {

namespace {

constexpr std::string_view table_fields[] = {
    "type",         "vcpu",         "mem_gib",    "gpu",      "gpu_model",
    "is_disks",     "is_total_gb",  "is_riops",   "is_wiops", "ebs_base_iops",
    "ebs_max_iops", "ebs_base_mbs", "ebs_max_mbs"};

std::string hourly_text(const Catalog& catalog, const InstanceType& type, PurchaseOption option,
                        const std::string& today) {
  const Price* price = find_price(catalog, type.name, option);
  if (price == nullptr) return "-";
  return fmt::format("{:.4g}{}", price->usd_per_hour, age_mark(*price, today).empty() ? "" : "*");
}

}  // namespace

std::string describe_type(const Catalog& catalog, const InstanceType& type,
                          const std::string& today) {
  std::string text = fmt::format("{}\n", type.name);
  std::vector<std::vector<std::string>> rows;
  for (const CatalogField& field : catalog_fields()) {
    const FieldValue value = field.value(type, catalog);
    if (field.name == "type" || field.name.starts_with("usd_")) continue;
    if (std::holds_alternative<std::monostate>(value)) continue;
    std::string shown = field_text(value);
    if (!field.unit.empty()) shown += " " + std::string(field.unit);
    rows.push_back({std::string(field.name), shown, std::string(field.meaning)});
  }
  text += text_table({{"field"}, {"value"}, {"meaning"}}, rows, "  ");
  text += fmt::format("  from: {}, {} ({})\n", type.source, type.date, origin_word(type.origin));
  if (ebs_bursts(type)) {
    text += "  EBS above the baseline lasts 30 minutes once in 24 hours: plan with the baseline\n";
  }
  std::vector<std::vector<std::string>> prices;
  for (const Price* price : prices_of(catalog, type.name)) {
    prices.push_back({fmt::format("{:.5g}", price->usd_per_hour), price_text(*price, today),
                      std::string(origin_word(price->origin))});
  }
  if (prices.empty()) return text + "  no price known\n";
  return text + text_table({{"$/h", Align::right}, {"price"}, {"origin"}}, prices, "  ");
}

std::string describe_types(const Catalog& catalog, const std::vector<const InstanceType*>& types,
                           const std::string& today) {
  std::vector<Column> columns;
  for (const std::string_view name : table_fields) {
    const bool words = name == "type" || name == "gpu_model";
    columns.push_back({std::string(name), words ? Align::left : Align::right});
  }
  columns.push_back({"$/h", Align::right});
  columns.push_back({"$/h 3y", Align::right});
  columns.push_back({"data"});
  std::vector<std::vector<std::string>> rows;
  for (const InstanceType* type : types) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::string_view name : table_fields) {
      row.push_back(field_text(find_field(name)->value(*type, catalog)));
    }
    row.push_back(hourly_text(catalog, *type, PurchaseOption::on_demand, today));
    row.push_back(hourly_text(catalog, *type, PurchaseOption::reserved_3y, today));
    row.push_back(type->origin == Origin::user ? "user" : "");
  }
  return text_table(columns, rows, "");
}

std::string describe_sources(const Catalog& catalog) {
  std::string text;
  for (const CatalogSource& source : catalog.sources) {
    text += fmt::format("  {}: {}{} ({})\n", source.what, source.source,
                        source.date.empty() ? ", undated" : ", " + source.date,
                        origin_word(source.origin));
  }
  return text;
}

}  // namespace assay
