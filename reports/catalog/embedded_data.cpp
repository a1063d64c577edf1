#include "reports/catalog/embedded_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

using nlohmann::json;

constexpr std::uint64_t mib = 1U << 20;
constexpr std::uint64_t gb = 1000U * 1000 * 1000;
constexpr double mb = 1e6;

std::vector<std::string_view> split(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t end = line.find(separator);
    cells.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end + 1);
  }
}

/// One line of the table by column names; numbers are checked where they are read.
class Row {
 public:
  Row(const std::vector<std::string_view>& columns, const std::vector<std::string_view>& cells,
      std::size_t line)
      : columns_(columns), cells_(cells), line_(line) {
    if (cells.size() != columns.size()) {
      throw std::runtime_error(fmt::format("instance-types.tsv:{}: {} cells, the header has {}",
                                           line, cells.size(), columns.size()));
    }
  }

  std::string text(std::string_view column) const {
    const auto found = std::find(columns_.begin(), columns_.end(), column);
    if (found == columns_.end()) {
      throw std::runtime_error(fmt::format("instance-types.tsv: no column '{}'", column));
    }
    return std::string(cells_[static_cast<std::size_t>(found - columns_.begin())]);
  }

  std::optional<double> number(std::string_view column) const {
    const std::string cell = text(column);
    if (cell.empty()) return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size()) {
      throw std::runtime_error(
          fmt::format("instance-types.tsv:{}: {} '{}' is no number", line_, column, cell));
    }
    return value;
  }

  std::uint64_t whole(std::string_view column, std::uint64_t unit = 1) const {
    return static_cast<std::uint64_t>(number(column).value_or(0) * static_cast<double>(unit));
  }

  std::optional<double> rate(std::string_view column, double unit) const {
    const std::optional<double> value = number(column);
    return value ? std::optional<double>(*value * unit) : std::nullopt;
  }

 private:
  const std::vector<std::string_view>& columns_;
  const std::vector<std::string_view>& cells_;
  std::size_t line_;
};

InstanceType type_of(const Row& row) {
  InstanceType type;
  type.name = row.text("InstanceType");
  type.current_generation = row.text("cur") == "1";
  type.architecture = row.text("arch");
  type.vcpus = static_cast<std::uint32_t>(row.whole("vcpu"));
  type.memory_bytes = row.whole("mem_mib", mib);
  type.gpu = row.text("gpu");
  type.gpus = static_cast<std::uint32_t>(row.whole("gpu_n"));
  type.gpu_memory_bytes_each = row.whole("gpu_mem_mib_each", mib);
  type.disks = static_cast<std::uint32_t>(row.whole("is_disks"));
  type.disk_bytes_each = row.whole("is_disk_gb", gb);
  type.disk_bytes_total = row.whole("is_total_gb", gb);
  type.disk_type = row.text("is_type");
  type.read_iops = row.number("is_riops");
  type.write_iops = row.number("is_wiops");
  type.ebs = {row.number("ebs_base_iops"), row.number("ebs_max_iops"),
              row.rate("ebs_base_MBps", mb), row.rate("ebs_max_MBps", mb)};
  type.network_base_gbps = row.number("net_base_gbps");
  type.network_peak_gbps = row.number("net_peak_gbps");
  type.hypervisor = row.text("hyp");
  type.last_seen = row.text("last_seen");
  return type;
}

std::string repository(const json& source) {
  return fmt::format("{} {}", source.at("repo").get<std::string>(),
                     source.at("commit").get<std::string>().substr(0, 7));
}

void read_types(Catalog& catalog, std::string_view tsv, const json& sources) {
  const json& about = sources.at("instance-types.tsv").at("sources");
  const std::string source = repository(about.at(0));
  const std::string date = about.at(0).at("date");
  catalog.sources.push_back({"instance types", source, date, Origin::embedded});
  catalog.sources.push_back(
      {"instance-store IOPS", about.at(1).at("origin"), "2026", Origin::embedded});
  std::vector<std::string_view> columns;
  std::size_t line_number = 0;
  for (const std::string_view line : split(tsv, '\n')) {
    ++line_number;
    if (line.empty()) continue;
    const std::vector<std::string_view> cells = split(line, '\t');
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    InstanceType& type = catalog.types.emplace_back(type_of(Row(columns, cells, line_number)));
    type.source = source;
    type.date = date;
  }
  std::sort(
      catalog.types.begin(), catalog.types.end(),
      [](const InstanceType& a, const InstanceType& b) { return type_name_less(a.name, b.name); });
}

void read_prices(Catalog& catalog, const json& document) {
  struct Column {
    const char* name;
    const char* date_field;
    PurchaseOption option;
    const char* what;
  };
  constexpr Column columns[] = {
      {"onDemandLinux", "pricesGeneratedAt", PurchaseOption::on_demand, "on-demand prices"},
      {"commit3yrAllUpfrontEffective", "date", PurchaseOption::reserved_3y,
       "3-year all upfront prices (reservation, or savings plan where there is none)"}};
  const json& meta = document.at("_meta");
  for (const Column& column : columns) {
    const json& about = meta.at("sources").at(column.name);
    const std::string source = repository(about);
    const std::string date = about.at(column.date_field).get<std::string>().substr(0, 10);
    catalog.sources.push_back({column.what, source, date, Origin::embedded});
    for (const auto& [name, prices] : document.at("prices").items()) {
      const auto found = prices.find(column.name);
      if (found == prices.end()) continue;
      catalog.prices.push_back({name, meta.at("region"), column.option, "", source, date,
                                found->get<double>(), Origin::embedded});
    }
  }
}

/// Volume types whose prices the data has.
void read_ebs(Catalog& catalog, const json& document) {
  const json& ebs = document.at("ebsPerMonth");
  const std::string source = ebs.at("source");
  const std::string region = document.at("_meta").at("region");
  catalog.sources.push_back({"EBS prices", source, "", Origin::embedded});
  for (const char* type : {"gp2", "gp3", "io2"}) {
    VolumePrice& volume = volume_of(catalog.ebs, type);
    volume.per_gib = ebs.at(std::string(type) + "PerGiB").get<double>();
    volume.source = fmt::format("{}, {}", source, region);
  }
  volume_of(catalog.ebs, "gp3").iops_tiers = {{1e9, ebs.at("gp3PerIopsAbove3000").get<double>()}};
  for (const json& tier : ebs.at("io2PerIops")) {
    volume_of(catalog.ebs, "io2")
        .iops_tiers.emplace_back(tier.at(0).get<double>(), tier.at(1).get<double>());
  }
}

}  // namespace

Catalog read_embedded_data(std::string_view instance_types_tsv, std::string_view prices_json,
                           std::string_view sources_json) {
  Catalog catalog;
  try {
    read_types(catalog, instance_types_tsv, json::parse(sources_json));
    const json prices = json::parse(prices_json);
    read_prices(catalog, prices);
    read_ebs(catalog, prices);
  } catch (const json::exception& error) {
    throw std::runtime_error(fmt::format("the catalog's data: {}", error.what()));
  }
  return catalog;
}

}  // namespace assay
