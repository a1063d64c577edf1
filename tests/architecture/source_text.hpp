#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace assay::architecture {

// One source file: its path from the source root ("bench/storage/plan.cpp"), its lines as they are,
// and the same lines with comments and the insides of literals blanked, so that rules see only
// code.
struct SourceFile {
  std::string path;
  std::vector<std::string> lines;
  std::vector<std::string> code;
};

// A function body found by its braces at namespace or class scope; lines count from 1.
struct FunctionExtent {
  std::size_t first_line = 0;
  std::size_t line_count = 0;
};

// Splits `text`, blanks what is no code (//, /* */, "..." with escapes, '...', R"x(...)x").
SourceFile make_source(std::string path, std::string_view text);

// All C++ and CUDA files below the project's own folders, sorted by path.
std::vector<SourceFile> load_sources(const std::filesystem::path& root);

// Bodies of functions, found by counting braces outside literals and comments. Bodies inside an
// initializer (a lambda in a table) are not seen; clang-tidy sees those of the shipped folders.
std::vector<FunctionExtent> function_extents(const SourceFile& source);

// Characters as an editor counts columns: UTF-8 code points.
std::size_t column_count(std::string_view line);

}  // namespace assay::architecture
