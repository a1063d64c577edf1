#pragma once

#include <string>
#include <vector>

namespace assay {

enum class Align { left, right };

struct Column {
  std::string heading;
  Align align = Align::left;
};

/// Lines of a table in columns as wide as their content, two spaces apart, each line indented and
/// without trailing blanks. A column in which every cell is empty is left out; a missing cell is
/// empty.
std::string text_table(const std::vector<Column>& columns,
                       const std::vector<std::vector<std::string>>& rows,
                       const std::string& indent);

}  // namespace assay
