#pragma once

#include <string>
#include <vector>

#include "reports/catalog/catalog.hpp"
#include "reports/compare/compare.hpp"

namespace assay {

/// What `assay compare` was asked to tell apart.
struct GroupRequest {
  std::vector<std::string> paths;
  std::string by = "instance-type";  // a field of comparable_fields, or "directory"
  std::string baseline;              // a value of it; empty: that of the first path
};

/// The Results under the paths, kept for the groups that refer to them.
struct ComparedRuns {
  std::vector<RunSummary> runs;
  std::vector<Group> groups;  // the baseline first, the others in order of appearance
};

/// Reads every Result, with EBS bursts labelled by what the catalog says of its type, and groups
/// them by the field's value; by "directory", each path is a group. Throws UsageError: a file that
/// cannot be read, a run that does not tell the field, one value only, or several beside a baseline
/// that was not named.
ComparedRuns read_groups(const GroupRequest& request, const Catalog& catalog);

/// "5%" or "5" as 0.05, from 0 to 1000 %. Throws UsageError that names the option.
double parse_share(const std::string& option, const std::string& text);

}  // namespace assay
