#pragma once

#include <vector>

#include "bench/storage/worker.hpp"

namespace assay {

// One function an engine, each in a file of its own: sets up a ring and runs the worker on it.
LoopResult run_uring(const UringSetup& setup, const WorkerSpec& spec, StartGate& gate,
                     const RunControl& control, std::vector<NamedText>& method);
LoopResult run_passthrough(const UringSetup& setup, const WorkerSpec& spec, StartGate& gate,
                           const RunControl& control, std::vector<NamedText>& method);
LoopResult run_pread(const UringSetup& setup, const WorkerSpec& spec, StartGate& gate,
                     const RunControl& control, std::vector<NamedText>& method);

}  // namespace assay
