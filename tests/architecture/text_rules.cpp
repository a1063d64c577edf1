#include <algorithm>
#include <regex>
#include <string_view>

#include "tests/architecture/rules.hpp"

namespace assay::architecture {
namespace {

constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 70;
constexpr std::size_t columns_max = 100;

struct WordRule {
  const char* pattern;
  std::vector<std::string_view> folders;  // where the words are forbidden
  const char* words;
};

const std::vector<WordRule>& word_rules() {
  static const std::vector<WordRule> all = {
      {R"(^\s*#\s*define\b)",
       {"kernels/", "bench/", "runners/", "reports/", "tests/"},
       "no macros: use a constant, a function or a template"},
      {R"(\bstd::(cout|cerr|clog)\b|\bfmt::print\b)"
       R"(|\b(printf|fprintf|puts|fputs|putchar|perror)\s*\()",
       {"kernels/", "bench/", "reports/"},
       "only runners prints"},
      {R"(\b(secure_)?getenv\s*\()",
       {"kernels/", "bench/", "reports/"},
       "only runners reads the environment"},
  };
  return all;
}

}  // namespace

Violations find_oversize(const std::vector<SourceFile>& sources) {
  Violations found;
  for (const SourceFile& source : sources) {
    if (source.lines.size() > file_lines_max) {
      found.push_back(violation(source, source.lines.size(), "files have at most 400 lines"));
    }
    for (std::size_t index = 0; index < source.lines.size(); ++index) {
      if (column_count(source.lines[index]) > columns_max) {
        found.push_back(violation(source, index + 1, "lines have at most 100 columns"));
      }
    }
    for (const FunctionExtent& extent : function_extents(source)) {
      if (extent.line_count > function_lines_max) {
        found.push_back(violation(source, extent.first_line, "functions have at most 70 lines"));
      }
    }
  }
  return found;
}

Violations find_forbidden_words(const std::vector<SourceFile>& sources) {
  Violations found;
  for (const WordRule& rule : word_rules()) {
    const std::regex pattern(rule.pattern);
    for (const SourceFile& source : sources) {
      const auto covers = [&](std::string_view folder) { return is_in(source.path, folder); };
      if (std::ranges::none_of(rule.folders, covers)) {
        continue;
      }
      for (std::size_t index = 0; index < source.code.size(); ++index) {
        if (std::regex_search(source.code[index], pattern)) {
          found.push_back(violation(source, index + 1, rule.words));
        }
      }
    }
  }
  return found;
}

}  // namespace assay::architecture
