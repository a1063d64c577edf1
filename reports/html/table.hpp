#pragma once

#include <string>
#include <utility>
#include <vector>

namespace assay::html {

enum class Align { text, number };

struct Column {
  std::string heading;
  Align align = Align::text;
};

/// Cells are plain text, escaped when rendered; the first cell of a row is its heading. A row of a
/// single cell spans all columns and titles the rows below it.
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// The table in a container that scrolls sideways by itself and takes keyboard focus for that.
std::string render_table(const Table& table, const std::string& label);

/// Name and value pairs as a two-column table without headings; pairs with no value are left out.
std::string render_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);

/// <details> with a plain-text summary around ready HTML.
std::string details(const std::string& summary, const std::string& body);

/// A figure: ready SVG, a caption of plain text and the data behind it in <details>.
std::string figure(const std::string& svg, const std::string& caption, const Table& data);

std::string paragraph(const std::string& text);

}  // namespace assay::html
