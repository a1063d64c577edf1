#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reports/limits/classify.hpp"
#include "reports/limits/sweeps.hpp"

/// What each kind of evidence says of a case; empty where it says nothing. See classify.hpp.
namespace assay {

/// By the device's own counters, of a set by those of each member.
std::optional<Limit> exceeded_limit(const CaseResult& measured);

/// An open loop that is not flagged as saturated.
std::optional<Limit> offered_rate(const Case& item, const CaseResult& measured);

/// CPU time of the process, and steal, against the case's threads. Nothing can be said of an engine
/// that polls: it is always busy.
std::optional<Limit> busy_cpu(const Case& item, const CaseResult& measured,
                              std::uint32_t machine_threads);

/// What a sweep with a plateau is saturated by: a set rate, or the device.
Limit saturation(const Sweep& sweep, const Plateau& plateau);

/// What the EBS volumes that a target stands on are sold with, all together.
struct SoldVolumes {
  AdvertisedLimits limits;
  std::uint32_t disks = 1;
};

/// The volumes' or the instance's limit, where the plateau is within 5 % of one: the nearest. I/Os
/// count in units of up to 256 KiB, as EBS counts them.
std::optional<Limit> sold_rate(const Sweep& sweep, const Plateau& plateau,
                               const SoldVolumes& volume, const AdvertisedLimits& instance);

/// Queue depth: where a deeper queue gives more, or latency is still that of the lowest depth.
std::optional<Limit> shallow_queue(const Sweep& sweep, const SweepPoint& point);

/// Where a sweep does not level off: that it still grows at its end; of a case that another number
/// of threads outdoes at the same load, that.
Limit growth(const Sweep& sweep, const SweepPoint& point);

/// An engine that polls keeps its thread busy whatever it does: a rate that levels off, or that one
/// rate is held, may be what the thread can do.
std::optional<Limit> busy_poller(const SweepPoint& point, const Limit& found);

/// A machine whose CPUs were over 90 % busy with anything: a rate that levels off may be want of
/// CPU time, and the device is not told from it.
std::optional<Limit> busy_machine(const SweepPoint& point, const Limit& found,
                                  std::uint32_t machine_threads);

/// Queue depth 1 without a sweep of its own (a commit after each write): bound by its latency where
/// the target does at least twice as many I/Os of this size in another case.
std::optional<Limit> one_at_a_time(const Result& result, const Case& item,
                                   const CaseResult& measured);

/// A case alone, whose rate fell to a constant one in the middle: the bucket of a limiter ran
/// empty.
std::optional<Limit> emptied_bucket(const Case& item, CaseResult& measured);

/// Why nothing could be said of a case.
std::string what_is_missing(const Case& item);

}  // namespace assay
