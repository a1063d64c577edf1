#include "reports/import/fio_latency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "reports/percentiles.hpp"

namespace assay {

namespace {

constexpr std::uint32_t fio_sub_bucket_bits = 6;
constexpr double sum_ns_max = 1e18;  // beyond all measure

/// "99.900000" as "99.9"
std::string without_zeros(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

void add_latency(CaseResult& result, const std::string& name, double ns) {
  result.metrics.push_back({name, ns, "ns", Direction::lower_is_better, std::nullopt});
}

/// Percentiles from the median on, ascending.
std::map<double, std::pair<std::string, double>> percentiles_of(const ForeignNode& latency) {
  std::map<double, std::pair<std::string, double>> all;
  const auto list = latency.find("percentile");
  if (!list) return all;
  for (const auto& [name, value] : list->members()) {
    const auto percent = parse_number(name);
    if (!percent || *percent > 100) value.fail("not a percentile");
    if (*percent >= 50) all[*percent] = {without_zeros(name), value.number()};
  }
  return all;
}

}  // namespace

FioLatency latency_source(const ForeignNode& direction) {
  const auto total = direction.find("lat_ns");
  return total && total->find("percentile") ? FioLatency::total : FioLatency::completion;
}

std::string latency_words(FioLatency source) {
  return source == FioLatency::total
             ? "fio's lat, from before the submission to the completion"
             : "fio's clat, from after the submission to the completion: shorter than assay's by "
               "the time that submitting takes (lat_percentiles=1 gives the other)";
}

void add_fio_latency(const ForeignNode& latency, const std::string& prefix, CaseResult& result) {
  // Of syncs, fio before 3.36 or so leaves the count out where there were none.
  const auto count = latency.find("N");
  if (!count || count->whole() == 0) return;
  add_latency(result, prefix + "latency/mean", latency.member("mean").number());
  for (const auto& [percent, named] : percentiles_of(latency)) {
    if (!quantile_supported(count->whole(), percent / 100)) continue;
    add_latency(result, prefix + "latency/p" + named.first, named.second);
  }
  add_latency(result, prefix + "latency/max", latency.member("max").number());
}

std::optional<SparseHistogram> fio_histogram(const ForeignNode& latency, std::string& why) {
  const auto bins = latency.find("bins");
  if (!bins) return std::nullopt;
  SparseHistogram histogram;
  histogram.sub_bucket_bits = fio_sub_bucket_bits;
  std::map<std::uint32_t, std::uint64_t> counts;
  std::uint64_t sum = 0;
  for (const auto& [name, value] : bins->members()) {
    const auto middle = parse_number(name);
    if (!middle || *middle != std::floor(*middle)) value.fail("not a latency");
    const auto ns = static_cast<std::uint64_t>(*middle);
    const std::uint32_t bucket = histogram_bucket(ns, fio_sub_bucket_bits);
    const std::uint64_t expected = histogram_bucket_lower(bucket, fio_sub_bucket_bits) +
                                   histogram_bucket_width(bucket, fio_sub_bucket_bits) / 2;
    if (ns != expected) {
      why = fmt::format("left out: {} is not the middle of one of fio's buckets as they are known",
                        ns);
      return std::nullopt;
    }
    const std::uint64_t ios = value.whole();
    sum += ios;
    if (ios > 0) counts[bucket] += ios;
  }
  const std::uint64_t told = latency.member("N").whole();
  if (sum != told || sum == 0) {
    if (told > 0) why = fmt::format("left out: its buckets hold {} I/Os of {}", sum, told);
    return std::nullopt;
  }
  histogram.count = told;
  histogram.min_ns = latency.member("min").whole();
  histogram.max_ns = latency.member("max").whole();
  const double sum_ns = latency.member("mean").number() * static_cast<double>(told);
  histogram.sum_ns = static_cast<std::uint64_t>(std::llround(std::min(sum_ns, sum_ns_max)));
  histogram.buckets.assign(counts.begin(), counts.end());
  if (const std::string fault = histogram_fault(histogram); !fault.empty()) {
    why = "left out: " + fault;
    return std::nullopt;
  }
  return histogram;
}

}  // namespace assay
