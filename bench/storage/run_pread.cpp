#include "bench/storage/pread_ring.hpp"
#include "bench/storage/run_engine.hpp"
#include "bench/storage/run_loop.hpp"

namespace assay {

LoopResult run_pread(const UringSetup& setup, const WorkerSpec& spec, StartGate& gate,
                     const RunControl& control, std::vector<NamedText>& method) {
  PreadRing ring(setup);
  method = ring.method();
  return run_timed(ring, spec, gate, control, method);
}

}  // namespace assay
