#include "bench/storage/storage_session.hpp"

#include <fcntl.h>

#include <chrono>
#include <cmath>
#include <stdexcept>

#include "bench/measure/clock.hpp"
#include "bench/storage/closed_loop.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/open_loop.hpp"
#include "bench/storage/pread_ring.hpp"
#include "bench/storage/read_only.hpp"
#include "bench/storage/storage_metrics.hpp"
#include "bench/storage/uring_ring.hpp"

namespace assay {

namespace {

std::uint64_t to_ns(double seconds) {
  return static_cast<std::uint64_t>(std::llround(seconds * 1e9));
}

template <Operation operation, Ring RingType, Clock ClockType, class Offsets>
LoopResult run_operation(RingType& ring, ClockType& clock, Offsets& offsets, const LoopSpec& spec,
                         const RunControl& control) {
  if (spec.arrival != Arrival::closed) {
    return run_open_loop<operation>(ring, clock, offsets, spec, control);
  }
  return run_closed_loop<operation>(ring, clock, offsets, spec, control);
}

template <Ring RingType, Clock ClockType, class Offsets>
LoopResult run_loop(RingType& ring, ClockType& clock, Offsets& offsets,
                    const StorageParameters& parameters, const LoopSpec& spec,
                    const RunControl& control) {
  if (parameters.durability == Durability::fdatasync) {
    return run_commit_loop(ring, clock, offsets, spec, control);
  }
  switch (parameters.operation) {
    case Operation::read:
      return run_operation<Operation::read>(ring, clock, offsets, spec, control);
    case Operation::write:
      return run_operation<Operation::write>(ring, clock, offsets, spec, control);
    case Operation::mixed:
      break;
  }
  return run_operation<Operation::mixed>(ring, clock, offsets, spec, control);
}

template <Ring RingType, Clock ClockType>
LoopResult run_pattern(RingType& ring, ClockType& clock, std::uint64_t span_bytes,
                       const StorageParameters& parameters, const LoopSpec& spec,
                       const RunControl& control) {
  if (parameters.pattern == Pattern::random) {
    RandomOffsets offsets(span_bytes, spec.block_size, spec.seed);
    return run_loop(ring, clock, offsets, parameters, spec, control);
  }
  SequentialOffsets offsets(span_bytes, spec.block_size);
  return run_loop(ring, clock, offsets, parameters, spec, control);
}

template <Ring RingType>
LoopResult run_timed(RingType& ring, std::uint64_t span_bytes, const StorageParameters& parameters,
                     const LoopSpec& spec, const RunControl& control, CaseResult& result) {
#if defined(__x86_64__)
  static const std::optional<TscClock> calibrated = TscClock::calibrated();
  if (calibrated) {
    TscClock clock = *calibrated;
    result.method.emplace_back("clock", std::string(TscClock::name));
    return run_pattern(ring, clock, span_bytes, parameters, spec, control);
  }
#endif
  SystemClock clock;
  result.method.emplace_back("clock", std::string(SystemClock::name));
  return run_pattern(ring, clock, span_bytes, parameters, spec, control);
}

}  // namespace

StorageSession::StorageSession(const Target& target, std::uint64_t seed, const RunControl& control,
                               AdminCommand admin, const DeviceGuard& guard,
                               EarlierFill earlier_fill)
    : seed_(seed),
      device_path_(target.device.empty() ? std::string() : "/dev/" + target.device),
      admin_(std::move(admin)),
      span_bytes_(target.span_bytes) {
  const auto start = std::chrono::steady_clock::now();
  open(target, guard);
  if (!may_write()) return;
  if (overwritten_ && earlier_fill == EarlierFill::counts &&
      is_still_written(target.path, span_bytes_, seed)) {
    return;
  }
  Preparation preparation;
  preparation.target = target.id;
  preparation.what = std::string("sequential fill of the ") +
                     (overwritten_ ? "device's span" : "test file") +
                     ", incompressible data, then fdatasync";
  preparation.bytes = fill_sequentially(fd(), span_bytes_, seed_for(seed, target.id), control);
  preparation.elapsed_s =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  preparation_ = preparation;
}

void StorageSession::open(const Target& target, const DeviceGuard& guard) {
  if (target.kind == TargetKind::file_system) {
    file_.emplace(target.path, target.span_bytes);
  } else if (target.overwrite) {
    device_ = open_to_overwrite(target, guard);
    overwritten_ = true;
  } else {
    device_ = open_to_read(target.path);
  }
}

/// The device answers at most one query a second: a case shorter than that goes without.
std::optional<StorageSession::Reading> StorageSession::statistics() {
  const auto now = std::chrono::steady_clock::now();
  if (device_path_.empty() || now - statistics_read_ < std::chrono::seconds(1)) return std::nullopt;
  statistics_read_ = now;
  std::optional<VendorStatistics> device = read_vendor_statistics(device_path_, admin_);
  if (!device) return std::nullopt;
  return Reading{now, std::move(*device), read_own_bytes()};
}

/// Between two cases nothing of ours runs, so that the reading at one's end serves the next.
std::optional<StorageSession::Reading> StorageSession::statistics_before_next_case() {
  return last_reading_ ? last_reading_ : statistics();
}

CaseResult StorageSession::run(const Case& item, const RunControl& control) {
  const std::optional<Reading> before = statistics_before_next_case();
  CaseResult result = measure(item, control);
  last_reading_ = statistics();
  if (!before || !last_reading_) return result;
  const Reading& after = *last_reading_;
  const std::chrono::duration<double> elapsed = after.time - before->time;
  const OwnBytes own{after.own.read - before->own.read, after.own.written - before->own.written,
                     before->own.valid && after.own.valid};
  if (const auto during = statistics_between(before->device, after.device)) {
    describe_device(*during, elapsed.count(), own, item.storage->block_size_bytes, result);
  }
  return result;
}

CaseResult StorageSession::measure(const Case& item, const RunControl& control) const {
  const StorageParameters& parameters = item.storage.value();
  if (!may_write() && parameters.operation != Operation::read) {
    throw std::logic_error("a write case on a target that is only read");
  }
  FileHandle dsync;
  if (parameters.durability == Durability::dsync) dsync = reopen_direct(fd(), O_DSYNC);
  const int fd = dsync.valid() ? dsync.get() : this->fd();

  CaseResult result;
  result.id = item.id;
  const std::uint64_t seed = seed_for(seed_, item.id);
  LoopSpec spec;
  spec.queue_depth = parameters.queue_depth;
  spec.block_size = parameters.block_size_bytes;
  spec.read_percent = parameters.read_percent;
  spec.seed = seed;
  spec.arrival = parameters.arrival;
  spec.rate_per_s = parameters.rate_per_s;
  spec.times = {to_ns(item.warm_up_s), to_ns(item.duration_s), 1'000'000'000};
  const auto loop_with = [&](auto&& ring) {
    result.method = ring.method();
    return run_timed(ring, span_bytes_, parameters, spec, control, result);
  };
  const UringSetup setup{fd, parameters.queue_depth, parameters.block_size_bytes, seed};
  const LoopResult loop = parameters.engine == Engine::pread ? loop_with(PreadRing(setup))
                                                             : loop_with(UringRing(setup));
  describe_loop(loop, parameters, result);
  return result;
}

}  // namespace assay
