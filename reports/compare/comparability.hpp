#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/fleet/run_summary.hpp"

namespace assay {

/// What happens when two runs differ in a field: `refuse` unless it is what they are compared by,
/// or told beside the numbers.
enum class WhenDifferent { refuse, disclose };

/// One thing that runs can agree or differ in.
struct RunField {
  std::string_view name;
  WhenDifferent when_different;
  std::string (*value)(const RunSummary& run);
  std::string_view remedy;  // what to do about a difference; of refused fields
};

/// THE list: the comparability key and what is disclosed.
const std::vector<RunField>& run_fields();

/// The fields that a comparison can be made by, and "instance-type", which stands for family and
/// size together.
std::vector<std::string_view> comparable_fields();

/// The value of such a field, empty where the run does not tell it.
std::string field_value(const RunSummary& run, std::string_view field);

/// A field in which runs differ: its values with one file each, in order of appearance.
struct FieldDifference {
  const RunField* field = nullptr;
  std::vector<std::pair<std::string, std::string>> values;  // value, a file that has it
};

/// Every field in which these runs differ, except those that `by` names.
std::vector<FieldDifference> differences(const std::vector<const RunSummary*>& runs,
                                         std::string_view by);

/// "suite: 'standard 770d215b' in a/result.json, 'quick 31e78fb2' in b/result.json: measure both
/// with the same suite"
std::string refusal_text(const FieldDifference& difference);

}  // namespace assay
