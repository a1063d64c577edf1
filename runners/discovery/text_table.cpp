#include "runners/discovery/text_table.hpp"

#include <algorithm>

namespace assay {

namespace {

/// Code points, as a terminal shows most scripts in one cell each.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(const std::string& text, std::size_t width, Align align) {
  const std::string blanks(width - std::min(width, width_of(text)), ' ');
  return align == Align::left ? text + blanks : blanks + text;
}

std::string cell(const std::vector<std::string>& row, std::size_t index) {
  return index < row.size() ? row[index] : std::string();
}

}  // namespace

std::string text_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<std::string>>& rows,
                       const std::string& indent) {
  std::vector<std::size_t> widths(columns.size(), 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (const auto& row : rows) widths[i] = std::max(widths[i], width_of(cell(row, i)));
    if (widths[i] != 0) widths[i] = std::max(widths[i], width_of(columns[i].heading));
  }
  std::string text;
  const auto add_line = [&](const auto& content_of) {
    std::string line = indent;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (widths[i] != 0) line += padded(content_of(i), widths[i], columns[i].align) + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  add_line([&](std::size_t i) { return columns[i].heading; });
  for (const auto& row : rows) {
    add_line([&](std::size_t i) { return cell(row, i); });
  }
  return text;
}

}  // namespace assay
