#include <fmt/format.h>

#include "reports/compare/compare_reports.hpp"
#include "reports/compare/compare_text.hpp"
#include "reports/html/escape.hpp"
#include "reports/html/interval_chart.hpp"
#include "reports/html/page_head.hpp"
#include "reports/html/table.hpp"

namespace assay {

namespace {

using html::Align;
using html::escape;

html::Table table_of(const std::vector<std::string>& headings,
                     const std::vector<MetricComparison>& metrics,
                     std::vector<std::string> (*cells)(const MetricComparison& one)) {
  html::Table table;
  for (const std::string& heading : headings) {
    const bool is_text = table.columns.empty() || heading == "verdict";
    table.columns.push_back({heading, is_text ? Align::text : Align::number});
  }
  for (const MetricComparison& one : metrics) table.rows.push_back(cells(one));
  return table;
}

std::string table_or_nothing(const html::Table& table, const std::string& label) {
  return table.rows.empty() ? std::string() : html::render_table(table, label);
}

/// Before every section, so that no printed page lacks it.
std::string banners_of(const Comparison& comparison) {
  if (comparison.banners.empty()) return {};
  std::string text = "<div class=\"notes banner\"><ul>\n";
  for (const std::string& banner : comparison.banners) text += "<li>" + escape(banner) + "</li>\n";
  return text + "</ul></div>\n";
}

std::string chart_of(const Comparison& comparison, std::size_t index) {
  html::IntervalChart chart;
  chart.id = fmt::format("changes-{}", index);
  chart.title = fmt::format("Change of each primary metric from {} to {}", comparison.a.value,
                            comparison.b.value);
  chart.desc = "Right of the middle is better. Bars are 95 % intervals; the band is the margin.";
  chart.axis_title = "better to the right";
  chart.margin = comparison.options.margin;
  for (const MetricComparison& one : comparison.primary) {
    if (!one.ratio || !one.ratio_95) continue;
    const bool inverse = one.direction == Direction::lower_is_better;
    html::IntervalRow row{one.cases + " " + one.metric, one.ratio_95->low, *one.ratio,
                          one.ratio_95->high};
    if (inverse) row = {row.label, 1 / row.high, 1 / row.ratio, 1 / row.low};
    chart.rows.push_back(row);
  }
  const std::string svg = html::render_interval_chart(chart);
  if (svg.empty()) return {};
  return fmt::format(
      "<figure><div class=\"wide scroll\">{}</div><figcaption>{}</figcaption></figure>\n", svg,
      escape(fmt::format("{} against {}: how many times better, latencies inverted. Band: the "
                         "margin within which two are equivalent.",
                         comparison.b.value, comparison.a.value)));
}

std::string section_of(const std::string& heading, const std::string& content) {
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", escape(heading), content);
}

std::string sections_of(const Comparison& comparison, std::size_t index) {
  const std::string banners = banners_of(comparison);
  std::string notes;
  for (const std::string& line : note_lines(comparison)) notes += "<li>" + escape(line) + "</li>\n";
  std::string body = section_of(groups_text(comparison),
                                banners +
                                    fmt::format("<article><p class=lead>{}</p></article>\n",
                                                escape(counts_text(comparison))) +
                                    chart_of(comparison, index) +
                                    table_or_nothing(table_of(primary_headings(comparison),
                                                              comparison.primary, primary_cells),
                                                     "Primary metrics") +
                                    html::paragraph(rule_text(comparison)));
  body += section_of(
      "What could have been found, and the noise",
      banners +
          table_or_nothing(table_of(power_headings(comparison), comparison.primary, power_cells),
                           "Power and noise") +
          (notes.empty() ? notes : "<ul>\n" + notes + "</ul>\n"));
  if (comparison.exploratory.empty()) return body;
  return body +
         section_of("Exploratory metrics",
                    banners +
                        html::paragraph("Not declared before measuring, not adjusted for their "
                                        "number, without a verdict: for questions, not answers.") +
                        html::details(
                            fmt::format("{} metrics", comparison.exploratory.size()),
                            html::render_table(table_of(exploratory_headings(comparison),
                                                        comparison.exploratory, exploratory_cells),
                                               "Exploratory metrics")));
}

}  // namespace

std::string render_compare_html(const std::vector<Comparison>& comparisons) {
  std::string body;
  html::PageMarks marks;
  for (const Comparison& comparison : comparisons) {
    marks.synthetic = marks.synthetic || comparison.synthetic;
    marks.forced = marks.forced || comparison.forced;
    body += sections_of(comparison, &comparison - comparisons.data());
  }
  const std::string title =
      comparisons.size() == 1
          ? comparisons[0].b.value + " against " + comparisons[0].a.value
          : fmt::format("{} against {} others", comparisons[0].a.value, comparisons.size());
  return html::page_head("assay compare: " + title, "assay") + html::body_start(marks) +
         fmt::format(
             "<header>\n<p class=brand>assay compare</p>\n<h1>{}</h1>\n</header>\n"
             "<main>\n{}</main>\n</body>\n</html>\n",
             escape(title), body);
}

}  // namespace assay
