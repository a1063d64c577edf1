#pragma once

#include <string>

#include "reports/model/result.hpp"

namespace assay {

/// The text of tests/fixtures/import/NAME.
std::string import_fixture(const std::string& name);

/// The case of that id and what was measured of it; both fail the test where there is none.
const CaseResult& measured(const Result& result, const std::string& id);
const Case& planned(const Result& result, const std::string& id);

/// The metric's value; fails the test where there is none.
double value(const CaseResult& measured, const std::string& metric);

/// The text of that method entry, empty where there is none.
std::string method(const CaseResult& measured, const std::string& name);

/// Whether any flag holds the words.
bool is_flagged(const CaseResult& measured, const std::string& words);

}  // namespace assay
