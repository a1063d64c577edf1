#include "reports/import/import.hpp"

#include <array>

namespace assay {

std::span<const ImportTool> import_tools() {
  static constexpr auto tools = std::to_array<ImportTool>({
      {"fio", "fio --output-format=json+ (json has no distributions)", import_fio},
      {"nvbandwidth", "nvbandwidth --json", import_nvbandwidth},
      {"google-benchmark", "PROGRAM --benchmark_format=json", import_google_benchmark},
  });
  return tools;
}

}  // namespace assay
