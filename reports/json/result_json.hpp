#pragma once

#include <string>
#include <string_view>

#include "reports/model/result.hpp"

namespace assay {

/// A Result, or a part of one, as compact JSON in the layout of reports/schema/result.schema.json.
/// Instantiated for Result, Host, Plan, CaseResult, Preparation and
/// Finding.
template <class Part>
std::string write_json(const Part& part);

/// The reverse. Throws std::runtime_error that names the place and what was expected there
/// ("cases[3].metrics[0].value: expected a number"). Unknown members are ignored: a newer minor
/// version may have added them.
template <class Part>
Part read_json(std::string_view text);

/// A Result document, its schema name and major version checked. Throws as read_json does.
Result read_result(std::string_view text);

/// A Result without its cases and preparations: the first line of a journal.
Result header_of(const Result& result);

}  // namespace assay
