#include <fmt/format.h>

#include <algorithm>

#include "reports/case_text.hpp"
#include "reports/html/sections.hpp"
#include "reports/html/table.hpp"
#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay::html {

namespace {

std::string percent_text(double value) { return value < 0 ? "-" : fmt::format("{:.1f} %", value); }

std::string load_text(double value) { return value < 0 ? "-" : fmt::format("{:.2f}", value); }

std::string frequency_text(double mhz) { return mhz < 0 ? "-" : fmt::format("{:.0f} MHz", mhz); }

std::string findings(const Result& result) {
  if (result.findings.empty()) return {};
  Table table{{{"about"}, {"severity"}, {"found"}, {"effect on the numbers"}, {"mend it by"}}, {}};
  for (const Finding& finding : result.findings) {
    table.rows.push_back({finding.target.empty() ? "the machine" : finding.target,
                          std::string(name_of(finding.severity)), finding.what, finding.effect,
                          finding.command});
  }
  return "<h3>State before measuring</h3>\n" + render_table(table, "State before measuring");
}

std::string written_first(const Result& result) {
  if (result.preparations.empty()) return {};
  Table table{{{"target"},
               {"written before the cases"},
               {"bytes", Align::number},
               {"took", Align::number},
               {"finished (UTC)"}},
              {}};
  for (const Preparation& done : result.preparations) {
    table.rows.push_back({done.target, done.what, format_bytes(static_cast<double>(done.bytes)),
                          fmt::format("{:.1f} s", done.elapsed_s), done.finished_utc});
  }
  return "<h3>What was written first</h3>\n" + render_table(table, "What was written first");
}

/// One row per distinct method: most cases share theirs.
std::string effective_method(const Result& result) {
  Table table{{{"what took effect"}, {"cases"}}, {}};
  for (const CaseResult& measured : result.cases) {
    std::string text;
    for (const auto& [name, value] : measured.method) {
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", name, value);
    }
    if (text.empty()) continue;
    const auto same = std::find_if(table.rows.begin(), table.rows.end(),
                                   [&](const auto& row) { return row[0] == text; });
    if (same == table.rows.end()) {
      table.rows.push_back({text, measured.id});
    } else {
      (*same)[1] += ", " + measured.id;
    }
  }
  if (table.rows.empty()) return {};
  return details("Engine, flags and kernels that took effect",
                 render_table(table, "What took effect"));
}

std::string noise_sentence(const Result& result) {
  double steal = -1;
  double foreign = -1;
  double load = -1;
  for (const CaseResult& measured : result.cases) {
    steal = std::max(steal, measured.noise.steal_percent);
    foreign = std::max(foreign, measured.noise.foreign_cpu_percent);
    load = std::max(load, measured.noise.load_1m);
  }
  if (steal < 0 && foreign < 0 && load < 0) return paragraph("Noise could not be read here.");
  return paragraph(fmt::format(
      "Highest over all cases: steal {}, CPU time of other processes {}, load average {}.",
      percent_text(steal), percent_text(foreign), load_text(load)));
}

std::string noise_table(const Result& result) {
  Table table{{{"case"},
               {"began", Align::number},
               {"took", Align::number},
               {"steal", Align::number},
               {"I/O wait", Align::number},
               {"other processes", Align::number},
               {"load", Align::number},
               {"CPU clock", Align::number}},
              {}};
  for (const CaseResult& measured : result.cases) {
    if (measured.status == CaseStatus::skipped) continue;
    const Noise& noise = measured.noise;
    table.rows.push_back({measured.id, fmt::format("{:.1f} s", measured.start_s),
                          fmt::format("{:.1f} s", measured.elapsed_s),
                          percent_text(noise.steal_percent), percent_text(noise.iowait_percent),
                          percent_text(noise.foreign_cpu_percent), load_text(noise.load_1m),
                          frequency_text(noise.cpu_mhz)});
  }
  if (table.rows.empty()) return {};
  return details("Noise per case", render_table(table, "Noise per case"));
}

std::string not_measured(const Result& result) {
  Table table{{{"case"}, {"status"}, {"reason"}}, {}};
  for (const CaseResult& measured : result.cases) {
    if (measured.status == CaseStatus::ok) continue;
    table.rows.push_back({measured.id, status_text(measured.status), measured.reason});
  }
  for (const Case& planned : result.plan.cases) {
    if (find_case_result(result, planned.id) != nullptr) continue;
    table.rows.push_back(
        {planned.id, "not reached", result.partial.empty() ? "no result" : result.partial});
  }
  const std::string heading = "<h3>Skipped, failed and not reached</h3>\n";
  if (table.rows.empty()) return heading + paragraph("Nothing: every planned case ended ok.");
  return heading + render_table(table, "Skipped, failed and not reached");
}

}  // namespace

std::string method_section(const Document& document) {
  const Result& result = document.result;
  std::string text = render_pairs(result.method);
  text += findings(result) + written_first(result);
  text += effective_method(result);
  if (!result.import) text += "<h3>Noise</h3>\n" + noise_sentence(result) + noise_table(result);
  return text + not_measured(result);
}

}  // namespace assay::html
