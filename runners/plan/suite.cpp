#include "runners/plan/suite.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "embedded/suite_quick.hpp"
#include "reports/sha256.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct EmbeddedSuite {
  std::string_view name;
  std::string_view text;
};

/// Suites that are part of the program, one TOML file each.
std::vector<EmbeddedSuite> embedded_suites() { return {{"quick", embedded::suite_quick}}; }

constexpr std::size_t suite_file_bytes_max = 1U << 20;

}  // namespace

Suite load_suite(const std::string& name_or_file) {
  std::vector<std::string_view> names;
  for (const EmbeddedSuite& suite : embedded_suites()) {
    if (suite.name == name_or_file) return parse_suite(suite.text, std::string(suite.name));
    names.push_back(suite.name);
  }
  if (name_or_file.size() < 5 || name_or_file.substr(name_or_file.size() - 5) != ".toml") {
    throw UsageError(fmt::format("--suite {}: no such suite{}; a file's name must end in .toml",
                                 name_or_file, hint_for(name_or_file, names)));
  }
  std::ifstream file(name_or_file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && text.empty()) {
    throw UsageError(
        fmt::format("--suite {}: cannot be read (does the file exist?)", name_or_file));
  }
  if (text.size() > suite_file_bytes_max) {
    throw UsageError(fmt::format("--suite {}: larger than 1 MiB, not a suite", name_or_file));
  }
  return parse_suite(text, name_or_file);
}

std::string suite_sha256(const Suite& suite) {
  std::string text =
      fmt::format("warm_up {}\nfile_size {}\n", suite.warm_up_s, suite.file_size_bytes);
  for (const SuiteRow& row : suite.rows) {
    for (const Workload* workload : row.workloads) {
      text += fmt::format(
          "{} {} blocks {} depths {} engine {} arrival {} {} threads {} set {} duration {} "
          "required {}\n",
          static_cast<int>(row.family), workload->name, fmt::join(row.block_sizes, ","),
          fmt::join(row.queue_depths, ","), static_cast<int>(row.engine),
          static_cast<int>(row.arrival), fmt::join(row.rates_per_s, ","),
          fmt::join(row.threads, ","), row.working_set_bytes,
          row.duration_s.value_or(suite.duration_s), row.required);
    }
  }
  return sha256_hex(text);
}

}  // namespace assay
