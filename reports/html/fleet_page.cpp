#include "reports/html/fleet_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "reports/html/embed.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/fleet_charts.hpp"
#include "reports/html/page_head.hpp"
#include "reports/pick/pick_tables.hpp"
#include "reports/sha256.hpp"
#include "reports/text/csv.hpp"

namespace assay {

namespace {

using html::details;
using html::escape;
using html::paragraph;
using html::render_table;

constexpr std::string_view element_start =
    "<script type=\"application/octet-stream\" id=\"assay-fleet\"";

struct Part {
  std::string id;
  std::string heading;
  std::string body;
};

std::string table_or_nothing(const html::Table& table, const std::string& label) {
  return table.rows.empty() ? std::string() : render_table(table, label);
}

std::string banners(const FleetReport& report) {
  std::string text;
  for (const std::string& banner : report.banners) {
    text += "<div class=notes>" + paragraph(banner) + "</div>\n";
  }
  return text;
}

Part pick_part(const FleetReport& report) {
  if (report.pick == nullptr) return {};
  std::string body = paragraph("Need: " + need_text(*report.pick));
  for (const PickTable& part : pick_tables(*report.pick)) {
    body += "<h3>" + escape(part.heading) + "</h3>\n" +
            (part.table.rows.empty() ? paragraph(no_candidate_words)
                                     : render_table(part.table, part.heading));
  }
  const std::vector<std::string> notes = pick_notes(*report.pick);
  std::string prices;
  for (std::size_t i = 1; i < notes.size(); ++i) prices += "<li>" + escape(notes[i]) + "</li>\n";
  body += paragraph(notes.front());
  for (const std::string& line : left_out_lines(*report.pick)) body += paragraph(line);
  if (!prices.empty()) body += details("Where the prices come from", "<ul>" + prices + "</ul>");
  return {"pick", "Cheapest for the need", body};
}

Part best_part(const FleetReport& report) {
  const html::Table table = best_table(report);
  if (table.rows.empty()) {
    return {"best", "Best type per metric", paragraph("No case ended ok: there is no number.")};
  }
  return {"best", "Best type per metric",
          render_table(table, "Best type per metric") +
              paragraph("Median over runs; a burst is named only where nothing lasting was "
                        "measured. Best of what was measured, not a verdict: see assay compare.")};
}

Part overview_part(const FleetReport& report) {
  const std::size_t types = all_types(report.fleet).size();
  if (types < 2) return {};
  const char* words = types > overview_types_max
                          ? "The best size of each family, in brackets."
                          : "Medians over runs; the best of each column is marked.";
  std::string body;
  for (const auto& [title, table] : overview_tables(report)) {
    body += "<h3>" + escape(title) + "</h3>\n" + render_table(table, "Types at a glance: " + title);
  }
  return {"overview", "Types at a glance",
          "<div class=overview>" + body + "</div>\n" + paragraph(words)};
}

Part cost_part(const FleetReport& report) {
  const std::vector<const FleetType*> types = all_types(report.fleet);
  const std::string table = table_or_nothing(cost_table(report, types), "Cost");
  if (table.empty()) return {};
  std::string notes;
  for (const std::string& note : cost_notes(report, types)) notes += paragraph(note);
  return {"cost", "Cost", table + notes};
}

Part advertised_part(const FleetReport& report) {
  const std::string table =
      table_or_nothing(advertised_table(report), "Measured against advertised");
  if (table.empty()) return {};
  std::string words;
  for (const std::string& line : advertised_notes()) words += paragraph(line);
  return {"advertised", "Measured against advertised", table + words};
}

std::string slug(const std::string& text) {
  std::string id;
  for (const char c : text) {
    id += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  }
  return id;
}

enum class Pictures { drawn, left_out };

Part family_part(const FleetReport& report, const FleetFamily& family, Pictures pictures) {
  std::string body;
  if (pictures == Pictures::drawn) {
    const std::string figures = html::family_figures(report.fleet, family);
    if (!figures.empty()) {
      body += paragraph(
          "By size: a dot for each run, an upright line at the median, a ring at what is "
          "advertised, at the right the ratio to the size before. Spread: each run against "
          "the median of its type, at the right the standard deviation over runs.");
    }
    body += figures;
  } else {
    body += paragraph(
        "Pictures are left out to keep this page small; make a report on this family "
        "alone to see them.");
  }
  const html::Table table = family_table(family);
  if (!table.rows.empty()) body += details("All metrics by size", render_table(table, family.name));
  const std::string name = family.name.empty() ? "Type not known" : family.name;
  // A number before the name: two names may have the same slug.
  return {fmt::format("family-{}-{}", &family - report.fleet.families.data(), slug(name)), name,
          body};
}

Part method_part(const FleetReport& report) {
  std::string body;
  for (const std::string& line : method_lines(report)) body += paragraph(line);
  const html::Table runs = runs_table(report.fleet);
  if (!runs.rows.empty()) {
    body += details("Runs", render_table(runs, "Runs"));
  } else {
    body += paragraph(fmt::format(
        "More than {} runs: they are not listed here; assay report DIR -o rows.csv has every one.",
        runs_listed_max));
  }
  return {"method", "Runs, method and sources", body};
}

/// HeadlineMetric values of every run as CSV.
std::string summary_rows(const Fleet& fleet) {
  std::string text = "instance_type,instance_id,availability_zone,started_utc,flags";
  for (const HeadlineMetric& headline : headlines()) text += fmt::format(",{}", headline.id);
  text += "\r\n";
  for (const FleetRun& one : fleet.runs) {
    const RunSummary& run = one.run;
    std::string flags;
    for (const std::string& flag : run.flags) flags += (flags.empty() ? "" : ";") + flag;
    text +=
        fmt::format("{},{},{},{},{}", csv_text(run.instance_type), csv_text(run.instance_id),
                    csv_text(run.availability_zone), csv_text(run.started_utc), csv_text(flags));
    for (const auto& value : one.values) text += value ? fmt::format(",{:.6g}", value->value) : ",";
    text += "\r\n";
  }
  return text;
}

std::string embed_rows(const Fleet& fleet) {
  const std::string rows = summary_rows(fleet);
  return fmt::format("{} data-encoding=\"gzip+base64\" data-sha256=\"{}\">{}</script>\n",
                     element_start, sha256_hex(rows),
                     html::base64_encode(html::gzip_compress(rows)));
}

std::string page_of(const FleetReport& report, const std::string& embedded,
                    std::size_t families_drawn) {
  std::vector<Part> parts = {pick_part(report), best_part(report), overview_part(report),
                             cost_part(report), advertised_part(report)};
  std::size_t index = 0;
  for (const FleetFamily& family : report.fleet.families) {
    parts.push_back(family_part(report, family,
                                index++ < families_drawn ? Pictures::drawn : Pictures::left_out));
  }
  parts.push_back(method_part(report));
  std::string links;
  std::string body;
  for (const Part& part : parts) {
    if (part.body.empty()) continue;
    links += fmt::format("<a href=\"#{}\">{}</a>\n", part.id, escape(part.heading));
    body += fmt::format("<section id=\"{}\">\n<h2>{}</h2>\n{}</section>\n", part.id,
                        escape(part.heading), part.body);
  }
  const auto& runs = report.fleet.runs;
  const bool synthetic =
      std::any_of(runs.begin(), runs.end(), [](const FleetRun& one) { return one.run.synthetic; });
  const std::string version = runs.empty() ? "" : runs.front().run.assay_version;
  return html::page_head("assay: " + fleet_sentence(report.fleet), "assay " + version) +
         html::body_start({synthetic, report.forced}) +
         "<header>\n<p class=brand>assay fleet report</p>\n<h1>" +
         escape(fleet_sentence(report.fleet)) + "</h1>\n" + banners(report) +
         "<nav aria-label=\"Sections\">\n" + links + "</nav>\n</header>\n<main>\n" + body +
         "</main>\n" + embedded + "</body>\n</html>\n";
}

}  // namespace

std::string render_fleet_html(const FleetReport& report) {
  const std::string embedded = embed_rows(report.fleet);
  std::size_t drawn = report.fleet.families.size();
  std::string page = page_of(report, embedded, drawn);
  while (page.size() > fleet_page_bytes_max && drawn > 0) {
    drawn /= 2;
    page = page_of(report, embedded, drawn);
  }
  return page;
}

bool is_fleet_page(std::string_view html) {
  return html.find(element_start) != std::string_view::npos;
}

std::string fleet_page_words() {
  return "a report on a fleet: it embeds one summary row of each run, not the Results; give the "
         "directories or result.json files that it was made from";
}

}  // namespace assay
