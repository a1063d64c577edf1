#pragma once

#include <string>
#include <vector>

#include "reports/compare/compare.hpp"

namespace assay {

/// The words and tables that text, Markdown and HTML share. The first cell of a row names the
/// metric; all other cells may be set as numbers except the verdict.

/// "i4i.large (6 instances, 6 runs) against i3en.large (6 instances, 12 runs) as baseline"
std::string groups_text(const Comparison& comparison);

/// How it was judged: suite, margin, number of primary metrics, what a verdict takes.
std::string rule_text(const Comparison& comparison);

/// "2 better, 1 worse, 3 equivalent, 4 not shown", and of hints and what has no claim how many.
std::string counts_text(const Comparison& comparison);

/// What of a metric has no value, and why that can be.
std::string missing_text(const Comparison& comparison, const MetricComparison& one);

/// "better"; below 6 instances "indicates better", below 3 "no claim (n = 2)".
std::string verdict_text(const MetricComparison& one);

/// "+12.3 %" or, from twice or half on, "x 2.35".
std::string ratio_text(double ratio);
/// "+12.3 % (+10.1 to +14.0 %)"; "-" where there is no ratio.
std::string change_text(const MetricComparison& one);

std::vector<std::string> primary_headings(const Comparison& comparison);
std::vector<std::string> primary_cells(const MetricComparison& one);

/// What could have been found and what it would take to find the margin.
std::vector<std::string> power_headings(const Comparison& comparison);
std::vector<std::string> power_cells(const MetricComparison& one);

std::vector<std::string> exploratory_headings(const Comparison& comparison);
std::vector<std::string> exploratory_cells(const MetricComparison& one);

/// Sentences under the tables: banners are apart.
std::vector<std::string> note_lines(const Comparison& comparison);

}  // namespace assay
