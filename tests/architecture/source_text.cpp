#include "tests/architecture/source_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <regex>

namespace assay::architecture {
namespace {

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

bool is_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

// The end of a "..." or '...' literal that opens at `begin`: one past the closing quote.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != text[begin] && text[at] != '\n') {
    at += text[at] == '\\' ? 2 : 1;
  }
  return std::min(at + 1, text.size());
}

// The end of a raw literal whose opening quote is at `begin`.
std::size_t end_of_raw(std::string_view text, std::size_t begin) {
  const std::size_t open = text.find('(', begin);
  if (open == std::string_view::npos) {
    return text.size();
  }
  const std::string closing = ")" + std::string(text.substr(begin + 1, open - begin - 1)) + "\"";
  const std::size_t end = text.find(closing, open);
  return end == std::string_view::npos ? text.size() : end + closing.size();
}

bool opens_literal(std::string_view text, std::size_t at) {
  // 1'000'000 has no literal in it; u8'x' does not occur here.
  return text[at] == '"' || (text[at] == '\'' && (at == 0 || !is_word(text[at - 1])));
}

std::string blank_non_code(std::string_view text) {
  std::string code(text);
  const auto blank = [&code](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      code[at] = code[at] == '\n' ? '\n' : ' ';
    }
  };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    std::size_t end = at + 1;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', at), text.size());
      blank(at, end);
    } else if (rest.starts_with("/*")) {
      const std::size_t close = text.find("*/", at + 2);
      end = close == std::string_view::npos ? text.size() : close + 2;
      blank(at, end);
    } else if (opens_literal(text, at)) {
      const bool raw = text[at] == '"' && at > 0 && text[at - 1] == 'R';
      end = raw ? end_of_raw(text, at) : end_of_quoted(text, at);
      blank(at + 1, end - 1);
    }
    at = end;
  }
  return code;
}

bool is_source(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".cpp" || extension == ".hpp" || extension == ".h" || extension == ".cu" ||
         extension == ".cuh";
}

// Removes "template <...>" in front of a declaration, brackets matched.
std::string without_template_head(std::string statement) {
  static const std::regex head(R"(^\s*template\s*<)");
  std::smatch match;
  while (std::regex_search(statement, match, head)) {
    auto at = static_cast<std::size_t>(match.length(0));
    for (int depth = 1; at < statement.size() && depth > 0; ++at) {
      depth += statement[at] == '<' ? 1 : 0;
      depth -= statement[at] == '>' ? 1 : 0;
    }
    statement.erase(0, at);
  }
  return statement;
}

enum class Scope { transparent, function, initializer };

// What a brace opens, told by the text since the last statement ended.
Scope scope_of(const std::string& raw_statement) {
  static const std::regex transparent(R"(^\s*((inline\s+)?namespace|class|struct|union|extern)\b)");
  const std::string statement = without_template_head(raw_statement);
  const std::size_t last = statement.find_last_not_of(" \n\t");
  if (std::regex_search(statement, transparent)) {
    return Scope::transparent;
  }
  const bool assigned = last != std::string::npos && statement[last] == '=';
  const bool has_arguments = statement.find('(') != std::string::npos;
  return has_arguments && !assigned ? Scope::function : Scope::initializer;
}

// One past the brace that closes the one at `open`; counts the lines passed.
std::size_t skip_braces(std::string_view code, std::size_t open, std::size_t& newline_count) {
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    newline_count += code[at] == '\n' ? 1U : 0U;
    depth += code[at] == '{' ? 1 : 0;
    depth -= code[at] == '}' ? 1 : 0;
    if (depth == 0) {
      return at + 1;
    }
  }
  return code.size();
}

std::string joined_without_directives(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    const std::size_t first = line.find_first_not_of(' ');
    text += first != std::string::npos && line[first] == '#' ? "" : line;
    text += '\n';
  }
  return text;
}

}  // namespace

SourceFile make_source(std::string path, std::string_view text) {
  return {std::move(path), split_lines(text), split_lines(blank_non_code(text))};
}

std::vector<SourceFile> load_sources(const std::filesystem::path& root) {
  static constexpr std::array folders = {"kernels", "bench", "runners", "reports", "tests"};
  std::vector<SourceFile> sources;
  for (const char* folder : folders) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
      if (entry.is_regular_file() && is_source(entry.path())) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        sources.push_back(make_source(entry.path().lexically_relative(root).string(), text));
      }
    }
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  return sources;
}

std::vector<FunctionExtent> function_extents(const SourceFile& source) {
  std::vector<FunctionExtent> extents;
  const std::string code = joined_without_directives(source.code);
  std::string statement;
  std::size_t line = 1;
  std::size_t at = 0;
  while (at < code.size()) {
    const char character = code[at];
    line += character == '\n' ? 1U : 0U;
    if (character != '{') {
      statement += character;
      if (character == ';' || character == '}') {
        statement.clear();
      }
      ++at;
      continue;
    }
    const Scope scope = scope_of(statement);
    if (scope == Scope::transparent) {
      statement.clear();
      ++at;
      continue;
    }
    std::size_t newline_count = 0;
    at = skip_braces(code, at, newline_count);
    const std::size_t next = code.find_first_not_of(" \n", at);
    // "Name(...) : member_{...}, other_{...} {": the body of a constructor is still to come.
    const bool member_initializer =
        next != std::string::npos && (code[next] == ',' || code[next] == '{');
    if (scope == Scope::function && !member_initializer) {
      extents.push_back({line, newline_count + 1});
    }
    if (!member_initializer) {
      statement.clear();
    }
    line += newline_count;
  }
  return extents;
}

std::size_t column_count(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(line, [](char character) {
    return (static_cast<unsigned char>(character) & 0xC0U) != 0x80U;
  }));
}

}  // namespace assay::architecture
