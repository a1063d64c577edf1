#include "reports/catalog/fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/catalog/type_name.hpp"

namespace assay {

namespace {

constexpr double gib = 1ULL << 30;
constexpr double gb = 1e9;
constexpr double mb = 1e6;

FieldValue number(double value) { return value; }

FieldValue number(const std::optional<double>& value, double unit = 1) {
  if (!value) return {};
  return *value / unit;
}

FieldValue text(const std::string& value) {
  if (value.empty()) return {};
  return value;
}

FieldValue price(const InstanceType& type, const Catalog& catalog, PurchaseOption option) {
  const Price* found = find_price(catalog, type.name, option);
  if (found == nullptr) return {};
  return found->usd_per_hour;
}

using Type = const InstanceType&;
using All = const Catalog&;

}  // namespace

const std::vector<CatalogField>& catalog_fields() {
  static const std::vector<CatalogField> all = {
      {"type", "", "name", FieldKind::text, [](Type t, All) { return text(t.name); }},
      {"family", "", "the name up to the dot", FieldKind::text,
       [](Type t, All) { return text(parse_type_name(t.name).family); }},
      {"size", "", "the name after the dot", FieldKind::text,
       [](Type t, All) { return text(parse_type_name(t.name).size); }},
      {"current", "", "1: current generation", FieldKind::number,
       [](Type t, All) { return number(t.current_generation ? 1 : 0); }},
      {"arch", "", "first supported architecture", FieldKind::text,
       [](Type t, All) { return text(t.architecture); }},
      {"vcpu", "", "virtual CPUs", FieldKind::number, [](Type t, All) { return number(t.vcpus); }},
      {"mem_gib", "GiB", "host memory", FieldKind::number,
       [](Type t, All) { return number(static_cast<double>(t.memory_bytes) / gib); }},
      {"gpu", "", "number of GPUs", FieldKind::number, [](Type t, All) { return number(t.gpus); }},
      {"gpu_model", "", "their model", FieldKind::text, [](Type t, All) { return text(t.gpu); }},
      {"gpu_mem_gib", "GiB", "memory of each", FieldKind::number,
       [](Type t, All) { return number(static_cast<double>(t.gpu_memory_bytes_each) / gib); }},
      {"is_disks", "", "instance-store disks", FieldKind::number,
       [](Type t, All) { return number(t.disks); }},
      {"is_disk_gb", "GB", "each of them", FieldKind::number,
       [](Type t, All) { return number(static_cast<double>(t.disk_bytes_each) / gb); }},
      {"is_total_gb", "GB", "all of them", FieldKind::number,
       [](Type t, All) { return number(static_cast<double>(t.disk_bytes_total) / gb); }},
      {"is_type", "", "ssd or hdd", FieldKind::text, [](Type t, All) { return text(t.disk_type); }},
      {"is_riops", "IOPS", "instance store, random reads of 4 KiB, all disks together",
       FieldKind::number, [](Type t, All) { return number(t.read_iops); }},
      {"is_wiops", "IOPS", "the same, writes", FieldKind::number,
       [](Type t, All) { return number(t.write_iops); }},
      {"ebs_base_iops", "IOPS", "EBS of 16 KiB, for ever", FieldKind::number,
       [](Type t, All) { return number(t.ebs.base_iops); }},
      {"ebs_max_iops", "IOPS", "the same, 30 minutes a day where it is above the baseline",
       FieldKind::number, [](Type t, All) { return number(t.ebs.max_iops); }},
      {"ebs_base_mbs", "MB/s", "EBS of 128 KiB, for ever", FieldKind::number,
       [](Type t, All) { return number(t.ebs.base_bytes_per_s, mb); }},
      {"ebs_max_mbs", "MB/s", "the same, 30 minutes a day where it is above the baseline",
       FieldKind::number, [](Type t, All) { return number(t.ebs.max_bytes_per_s, mb); }},
      {"net_base_gbps", "Gbit/s", "network, all cards together", FieldKind::number,
       [](Type t, All) { return number(t.network_base_gbps); }},
      {"net_peak_gbps", "Gbit/s", "the same, at most", FieldKind::number,
       [](Type t, All) { return number(t.network_peak_gbps); }},
      {"hypervisor", "", "nitro or xen", FieldKind::text,
       [](Type t, All) { return text(t.hypervisor); }},
      {"last_seen", "", "day it was last listed, when it no longer is", FieldKind::text,
       [](Type t, All) { return text(t.last_seen); }},
      {"usd_h", "$/h", "on demand", FieldKind::number,
       [](Type t, All c) { return price(t, c, PurchaseOption::on_demand); }},
      {"usd_h_3y", "$/h", "three years all upfront", FieldKind::number,
       [](Type t, All c) { return price(t, c, PurchaseOption::reserved_3y); }},
      {"usd_h_spot", "$/h", "spot, the lowest of the zones known", FieldKind::number,
       [](Type t, All c) { return price(t, c, PurchaseOption::spot); }},
  };
  return all;
}

const CatalogField* find_field(std::string_view name) {
  const auto found = std::find_if(catalog_fields().begin(), catalog_fields().end(),
                                  [&](const CatalogField& field) { return field.name == name; });
  return found == catalog_fields().end() ? nullptr : &*found;
}

std::string field_text(const FieldValue& value) {
  if (const auto* number_value = std::get_if<double>(&value)) {
    return fmt::format("{:.10g}", *number_value);
  }
  const auto* words = std::get_if<std::string>(&value);
  return words == nullptr ? "-" : *words;
}

}  // namespace assay
