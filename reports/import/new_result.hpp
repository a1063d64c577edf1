#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reports/import/import.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// A name from a foreign file as part of a case id: letters, digits and . _ : = + , / - are kept,
/// any run of others becomes one '-', at most 120 characters; "unnamed" where nothing is left.
std::string id_part(std::string_view name);

/// Whole seconds since 1970 as ISO 8601 in UTC; empty for what no clock shows (from the year
/// 10000).
std::string utc_text(double seconds);

/// A Result of that tool's file without cases, with what holds for every import.
Result new_import(std::string_view tool, const std::string& version, std::string_view file,
                  const ImportOptions& options);

/// Owns the ids that are taken: the second case of one id becomes ID/case-2.
class UniqueIds {
 public:
  std::string unique(const std::string& id);

 private:
  std::set<std::string> taken_;
};

/// Adds a case and what was measured of it; both get the id, made unique.
void add_case(Result& result, UniqueIds& ids, Case item, CaseResult measured);

/// Once all cases are there. `definition` says what was run, apart from where: it is hashed as the
/// suite, so that only files of the same jobs are compared. Of `primary` each is kept once, and
/// ten.
void finish_import(Result& result, const std::string& definition,
                   const std::vector<PrimaryMetric>& primary);

}  // namespace assay
