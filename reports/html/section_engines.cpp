#include <fmt/format.h>

#include "reports/case_text.hpp"
#include "reports/engine_groups.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::string duration_cell(const std::optional<double>& ns) {
  return ns ? format_duration_ns(*ns) : "-";
}

std::vector<std::string> row_of(const EngineRow& row) {
  const StorageParameters& storage = *row.item->storage;
  std::string name = engine_text(storage);
  if (storage.threads > 1) name += fmt::format(", {} threads", storage.threads);
  return {name,
          format_value(row.iops, "1/s"),
          duration_cell(row.latency_ns_p50),
          duration_cell(row.latency_ns_p99),
          duration_cell(row.cpu_ns_per_io),
          row.syscalls_per_io ? fmt::format("{:.3g}", *row.syscalls_per_io) : "-"};
}

std::string group_title(const EngineGroup& group) {
  const Case& item = *group.rows.front().item;
  return fmt::format("{}, queue depth {}", workload_text(item), item.storage->queue_depth);
}

}  // namespace

std::string engines_section(const Document& document) {
  const std::vector<EngineGroup> groups = engine_groups(document.result);
  std::string text;
  for (const Target& target : document.result.plan.targets) {
    Table table{{{"way into the kernel"},
                 {"IOPS", Align::number},
                 {"p50", Align::number},
                 {"p99", Align::number},
                 {"CPU time per I/O", Align::number},
                 {"system calls per I/O", Align::number}},
                {}};
    for (const EngineGroup& group : groups) {
      if (group.target->id != target.id) continue;
      table.rows.push_back({group_title(group)});
      for (const EngineRow& row : group.rows) table.rows.push_back(row_of(row));
    }
    if (table.rows.empty()) continue;
    text += target_heading(document.result, target) + render_table(table, "Engines, " + target.id);
  }
  if (text.empty()) return text;
  return paragraph(
             "The same I/O by several ways. CPU time is of the whole process with its kernel "
             "threads, per I/O: IOPOLL and SQPOLL spend it to wait, whether or not there is "
             "anything to do. Through the page cache is the price of the kernel, not the speed of "
             "the device.") +
         text;
}

}  // namespace assay::html
