#pragma once

#include <optional>
#include <string>

#include "reports/import/foreign_json.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// Which of fio's latencies stands for a direction's I/Os: `lat` (from before submission, as assay
/// measures) where fio gave its percentiles, else `clat` (from after submission), which has them by
/// default.
enum class FioLatency { total, completion };

FioLatency latency_source(const ForeignNode& direction);
std::string latency_words(FioLatency source);

/// Adds PREFIX + "latency/mean", the percentiles from the median on that fio printed and that at
/// least 10 I/Os lie above, and "latency/max", of an object such as "lat_ns". Nothing without I/Os.
void add_fio_latency(const ForeignNode& latency, const std::string& prefix, CaseResult& result);

/// The distribution of json+'s "bins", which are fio's own buckets exactly: 64 an octave, each
/// named by its middle, which is the layout of SparseHistogram with 6 sub-bucket bits. Empty where
/// there are none, with `why` saying so where they are not as they should be. The sum is the mean
/// times the count, to the digits that fio prints.
std::optional<SparseHistogram> fio_histogram(const ForeignNode& latency, std::string& why);

}  // namespace assay
