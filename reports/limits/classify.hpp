#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "reports/model/result.hpp"

namespace assay {

/// Rates that something is sold with. Empty: not known.
struct AdvertisedLimits {
  std::optional<double> iops;
  std::optional<double> bytes_per_s;
};

/// The numbers in a launcher's words about a volume, of several that are alike about each: "gp3,
/// 16000 IOPS, 1000 MiB/s".
AdvertisedLimits limits_in_words(const std::string& volume_note);

/// The same of that many together.
AdvertisedLimits times(const AdvertisedLimits& each, std::uint32_t count);

/// What `count` volumes are sold with together by the launcher's words: those of one for each of
/// them, or of unlike ones ("sdf gp3, 3000 IOPS, 125 MiB/s; sdg io2, 64000 IOPS") the sum, where
/// they are as many. A limit that is not told of each is empty.
AdvertisedLimits sold_together(const std::string& volume_note, std::uint32_t count);

/// Sets CaseResult::limit of every storage case that ended ok, from what all cases of the Result
/// show together; of every other case it is cleared. `instance` are the limits of the instance for
/// EBS where they are known. The first of these that has evidence decides:
/// 1. the device, or one of a set, counted that demand exceeded a limit of the volume or the
///    instance, over 5 % of the time, and most of it;
/// 2. an open loop that reached its rate: that rate;
/// 3. the process used, or the hypervisor took from it, at least 90 % of its threads' time: cpu;
/// 4. IOPS level off over a rising queue depth (or bytes a second over a rising block size): within
///    5 % of what the volumes or the instance are sold with; a rate that something sets
///    (fit_token_bucket): host rate limiter; else the device, unless the machine's CPUs were over
///    90 % busy, with what an I/O and a byte cost it (fit_service_cost) where that is known,
///    which then bounds the other block sizes, too;
/// 5. a deeper queue gives at least 15 % more, or latency is still within 15 % of the one at the
///    lowest depth: queue depth;
/// otherwise it is unknown, with what is missing.
void classify_limits(Result& result, const AdvertisedLimits& instance = {});

/// "volume limit", "host rate limiter", "queue depth", ...
std::string limit_text(LimitKind kind);

/// "the volumes give ... of the instance's ..." where that is less; otherwise empty. The same after
/// measuring:
std::string volumes_below_instance(const AdvertisedLimits& volumes,
                                   const AdvertisedLimits& instance);

/// "Measured the volume, not the instance" with the numbers, where what the volumes give together
/// is below what the instance can: by IOPS, by bytes a second, or both. Empty where nothing is
/// known.
std::string volume_not_instance(const AdvertisedLimits& volumes, const AdvertisedLimits& instance);

}  // namespace assay
