#include "tests/architecture/rules.hpp"

namespace assay::architecture {

std::string violation(const SourceFile& source, std::size_t line, const std::string& words) {
  return source.path + ":" + std::to_string(line) + ": " + words;
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"dependency direction", find_forbidden_includes}, {"headers", find_header_faults},
      {"CUDA stays where it is", find_cuda_leaks},       {"sizes", find_oversize},
      {"forbidden words", find_forbidden_words},
  };
  return all;
}

}  // namespace assay::architecture
