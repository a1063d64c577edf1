#pragma once

#include "bench/measure/clock.hpp"
#include "bench/storage/closed_loop.hpp"
#include "bench/storage/open_loop.hpp"
#include "bench/storage/worker.hpp"

/// From a case's parameters to the measuring loop made for them: each choice is made once, here,
/// and none of them is looked at again for an I/O. To be included by one file an engine.
namespace assay {

template <Operation operation, Ring RingType, Clock ClockType, class Offsets, class Data>
LoopResult run_arrival(RingType& ring, ClockType& clock, Offsets& offsets, Data& data,
                       const LoopSpec& loop, const RunControl& control) {
  if (loop.arrival != Arrival::closed) {
    return run_open_loop<operation>(ring, clock, offsets, data, loop, control);
  }
  return run_closed_loop<operation>(ring, clock, offsets, data, loop, control);
}

template <Ring RingType, Clock ClockType, class Offsets, class Data>
LoopResult run_operation(RingType& ring, ClockType& clock, Offsets& offsets, Data& data,
                         const WorkerSpec& spec, const RunControl& control) {
  if (spec.parameters->durability == Durability::fdatasync) {
    return run_commit_loop(ring, clock, offsets, data, spec.loop, control);
  }
  switch (spec.parameters->operation) {
    case Operation::read:
      return run_arrival<Operation::read>(ring, clock, offsets, data, spec.loop, control);
    case Operation::write:
      return run_arrival<Operation::write>(ring, clock, offsets, data, spec.loop, control);
    case Operation::mixed:
      break;
  }
  return run_arrival<Operation::mixed>(ring, clock, offsets, data, spec.loop, control);
}

template <Ring RingType, Clock ClockType, class Offsets>
LoopResult run_data(RingType& ring, ClockType& clock, Offsets offsets, const WorkerSpec& spec,
                    const RunControl& control) {
  if (spec.verify != nullptr) {
    VerifiedData data(*spec.verify);
    LoopResult result = run_operation(ring, clock, offsets, data, spec, control);
    result.verified = data.counts();
    return result;
  }
  UniqueData data(spec.loop.seed);
  return run_operation(ring, clock, offsets, data, spec, control);
}

template <Ring RingType, Clock ClockType>
LoopResult run_pattern(RingType& ring, ClockType& clock, const WorkerSpec& spec,
                       const RunControl& control) {
  const StorageParameters& parameters = *spec.parameters;
  const std::uint32_t block_size = parameters.block_size_bytes;
  const std::uint64_t seed = spec.loop.seed;
  switch (parameters.pattern) {
    case Pattern::random:
      break;
    case Pattern::sequential:
      return run_data(ring, clock,
                      SequentialOffsets(spec.range, block_size, parameters.streams, spec.share),
                      spec, control);
    case Pattern::zipf:
      return run_data(
          ring, clock,
          ZipfOffsets(spec.range, block_size, parameters.zipf_theta, seed, spec.order_seed), spec,
          control);
    case Pattern::full_coverage:
      return run_data(ring, clock,
                      FullCoverageOffsets(spec.range, block_size, spec.order_seed, spec.share),
                      spec, control);
  }
  if (!parameters.block_mix.empty()) {
    OffsetRange range = spec.range;
    range.alignment = parameters.alignment_bytes;  // 0: each size its own
    return run_data(ring, clock, MixedSizeOffsets(range, parameters.block_mix, seed), spec,
                    control);
  }
  return run_data(ring, clock, RandomOffsets(spec.range, block_size, seed), spec, control);
}

/// Waits for the other workers, then measures with the best clock there is.
template <Ring RingType>
LoopResult run_timed(RingType& ring, WorkerSpec spec, StartGate& gate, const RunControl& control,
                     std::vector<NamedText>& method) {
  // One thread a target tells it for all: to know it the kernel walks the whole process's memory.
  if (spec.share.index == 0) method.emplace_back("buffer pages", ring.page_sizes());
  return with_best_clock([&](auto clock) {
    method.emplace_back("clock", std::string(decltype(clock)::name));
    spec.loop.start_ns = gate.arrive(clock);
    return spec.loop.start_ns == 0 ? LoopResult{} : run_pattern(ring, clock, spec, control);
  });
}

}  // namespace assay
