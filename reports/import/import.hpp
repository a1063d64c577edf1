#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/model/result.hpp"

namespace assay {

/// What the user says of a foreign file, which does not say where it comes from.
struct ImportOptions {
  std::string instance_type;  // empty: not known
  DeviceClass device_class = DeviceClass::other;
};

/// Each makes a Result of what another tool wrote as JSON, with Result::import set, and nothing in
/// it that the file or the options do not say. Provenance (but the times), schema and assay
/// versions are left to the caller, who also seals it. Throw std::runtime_error in words that name
/// the place in the file: not JSON, another tool's JSON, a missing member, an impossible number.
///
/// fio >= 3, --output-format=json or json+; lines of text around the JSON are passed over.
Result import_fio(std::string_view text, const ImportOptions& options);
/// nvbandwidth --json.
Result import_nvbandwidth(std::string_view text, const ImportOptions& options);
/// A program with Google Benchmark in it, --benchmark_format=json or --benchmark_out.
Result import_google_benchmark(std::string_view text, const ImportOptions& options);

struct ImportTool {
  std::string_view name;
  std::string_view how;  // to make such a file
  Result (*read)(std::string_view text, const ImportOptions& options);
};

/// The tools that there is a reader for.
std::span<const ImportTool> import_tools();

}  // namespace assay
