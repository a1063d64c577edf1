#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// A number a target is bought for, with what a reader needs to weigh it.
struct Headline {
  std::string name;                  // "random read 4k"
  std::string value;                 // "212 k IOPS"
  std::vector<std::string> details;  // "205 to 215 k IOPS, n = 4"; "knee at depth 32"
};

/// One measured target: its sentence and the numbers in it.
struct Verdict {
  const Target* target = nullptr;
  std::string sentence;
  std::vector<Headline> headlines;
};

struct StatusCounts {
  std::uint64_t ok = 0;
  std::uint64_t skipped = 0;
  std::uint64_t failed = 0;
};

/// One verdict per chosen target, in the Plan's order; a target without a case that ended ok says
/// that nothing was measured.
std::vector<Verdict> verdicts(const Result& result);

StatusCounts status_counts(const Result& result);

/// What a reader must know before believing the numbers, most serious first: a partial run, failed
/// cases, flags on cases, CPU steal, assumed contents, skipped cases.
std::vector<std::string> warnings(const Result& result);

/// "nvme1n1: its queue holds 64 requests; deeper queues wait in the kernel": what was found and
/// what it does to the numbers.
std::string finding_text(const Finding& finding);

/// "Imported: measured by fio 3.33, not by assay. Compare it with Results of fio only."; empty for
/// what assay measured.
std::string import_text(const Result& result);

/// "Suite quick, started TIME, 28 of 28 cases ok, 90 s." without the suite's name, which the caller
/// writes in its own way; of an import only what its file says.
std::string run_text(const Result& result);

/// "47 of 49 cases ok, 1 failed, 1 skipped"
std::string counts_text(const Result& result);

/// Seconds from the start of the first case to the end of the last.
double run_length_s(const Result& result);

/// At most five lines for a terminal: what ran, the verdicts (at most three), warnings.
std::vector<std::string> summary_lines(const Result& result);

}  // namespace assay
