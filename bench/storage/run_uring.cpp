#include "bench/storage/run_engine.hpp"
#include "bench/storage/run_loop.hpp"
#include "bench/storage/uring_ring.hpp"

namespace assay {

LoopResult run_uring(const UringSetup& setup, const WorkerSpec& spec, StartGate& gate,
                     const RunControl& control, std::vector<NamedText>& method) {
  UringRing ring(setup);
  method = ring.method();
  return run_timed(ring, spec, gate, control, method);
}

}  // namespace assay
