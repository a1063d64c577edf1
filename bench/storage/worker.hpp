#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/measure/run_control.hpp"
#include "bench/storage/io_slots.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/start_gate.hpp"
#include "bench/storage/uring_ring.hpp"
#include "bench/storage/verify.hpp"
#include "reports/model/result.hpp"

namespace assay {

/// One thread's part of a storage case.
struct WorkerSpec {
  const StorageParameters* parameters = nullptr;  // of the whole case
  int fd = -1;                                    // opened as the parameters say
  NvmeNamespace name_space;                       // of a passthrough engine
  OffsetRange range;
  OffsetShare share;              // among the threads of the same target
  std::uint64_t order_seed = 0;   // what threads of the same target have in common
  LoopSpec loop;                  // with this thread's share of depth and rate, its seed and sink
  VerifyTable* verify = nullptr;  // of the target, where blocks are checked
};

/// Sets up the engine, waits at the gate for the others and measures until the window ends. Gives
/// what only this worker knows (ticks went to the sink); `method` is told what took effect. Throws
/// std::exception in words when the engine cannot be set up; the gate is then closed for all.
LoopResult run_worker(const WorkerSpec& spec, StartGate& gate, const RunControl& control,
                      std::vector<NamedText>& method);

}  // namespace assay
