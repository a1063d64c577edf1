#include "reports/html/table.hpp"

#include <fmt/format.h>

#include "reports/html/escape.hpp"

namespace assay::html {

namespace {

const char* align_class(const Table& table, std::size_t column) {
  return column < table.columns.size() && table.columns[column].align == Align::number ? " class=n"
                                                                                       : "";
}

std::string render_row(const Table& table, const std::vector<std::string>& row) {
  if (row.size() == 1 && table.columns.size() > 1) {
    return fmt::format("<tr><th class=group colspan={} scope=rowgroup>{}</th></tr>\n",
                       table.columns.size(), escape(row[0]));
  }
  std::string text = "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const char* tag = i == 0 ? "th" : "td";
    text += fmt::format("<{}{}{}>{}</{}>", tag, i == 0 ? " scope=row" : "", align_class(table, i),
                        escape(row[i]), tag);
  }
  return text + "\n";  // a row's end tag may be left out: thousands of rows make pages large
}

}  // namespace

std::string render_table(const Table& table, const std::string& label) {
  std::string text =
      fmt::format("<div class=scroll role=region tabindex=0 aria-label=\"{}\"><table>\n<thead><tr>",
                  escape(label));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += fmt::format("<th scope=col{}>{}</th>", align_class(table, i),
                        escape(table.columns[i].heading));
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : table.rows) text += render_row(table, row);
  return text + "</tbody></table></div>\n";
}

std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text = "<table class=pairs><tbody>\n";
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    text += fmt::format("<tr><th scope=row>{}</th><td>{}</td></tr>\n", escape(name), escape(value));
  }
  return text + "</tbody></table>\n";
}

std::string details(const std::string& summary, const std::string& body) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", escape(summary), body);
}

std::string figure(const std::string& svg, const std::string& caption, const Table& data) {
  return fmt::format("<figure>\n{}<figcaption>{}</figcaption>\n{}</figure>\n", svg, escape(caption),
                     details("Data", render_table(data, "Data: " + caption)));
}

std::string paragraph(const std::string& text) { return "<p>" + escape(text) + "</p>\n"; }

}  // namespace assay::html
