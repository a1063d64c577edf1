#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/source_text.hpp"

namespace assay::architecture {

// One place where a rule is broken, as "path:line: the rule in words".
using Violations = std::vector<std::string>;

// "path:line: words"
std::string violation(const SourceFile& source, std::size_t line, const std::string& words);

inline bool is_in(std::string_view path, std::string_view folder) {
  return path.starts_with(folder);
}

struct Rule {
  const char* name;
  std::function<Violations(const std::vector<SourceFile>&)> find;
};

// THE list of rules: design.md sections 3 (dependencies) and 8 (text).
const std::vector<Rule>& rules();

// Dependency direction: what a folder may include, of ours and of libraries.
Violations find_forbidden_includes(const std::vector<SourceFile>& sources);
// Includes by path from the source root; headers with #pragma once.
Violations find_header_faults(const std::vector<SourceFile>& sources);
// CUDA headers in kernels/cuda/*.cu and in one host file of bench/gpu, nowhere else.
Violations find_cuda_leaks(const std::vector<SourceFile>& sources);
// Files of at most 400 lines, functions of at most 70, lines of at most 100 columns.
Violations find_oversize(const std::vector<SourceFile>& sources);
// No macros; only runners prints and reads the environment.
Violations find_forbidden_words(const std::vector<SourceFile>& sources);

}  // namespace assay::architecture
