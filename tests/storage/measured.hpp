#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "reports/model/result.hpp"

namespace assay {

/// Whether nothing came through in the whole window. In one as short as a test's that may be the
/// machine: a disk that stalls, a process that is not run.
inline bool stood_still(const CaseResult& result) {
  return result.status == CaseStatus::failed &&
         (result.reason.starts_with("no I/O completed") ||
          result.reason.starts_with("no block came all the way"));
}

/// The first of up to three results for which the machine did not stand still: something came
/// through, and of each metric in `moving`, which a stall leaves at 0. Any other failure is the
/// program's and is given as it is.
template <class Measure>
CaseResult measured(const Measure& measure, const std::vector<std::string>& moving = {}) {
  const auto must_repeat = [&](const CaseResult& result) {
    if (result.status != CaseStatus::ok) return stood_still(result);
    return std::any_of(moving.begin(), moving.end(), [&](const std::string& metric) {
      return !(metric_value(result.metrics, metric).value_or(0) > 0);
    });
  };
  CaseResult result = measure();
  for (int repeats = 0; repeats < 2 && must_repeat(result); ++repeats) result = measure();
  return result;
}

}  // namespace assay
