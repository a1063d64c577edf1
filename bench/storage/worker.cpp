#include "bench/storage/worker.hpp"

#include "bench/storage/run_engine.hpp"

namespace assay {

LoopResult run_worker(const WorkerSpec& spec, StartGate& gate, const RunControl& control,
                      std::vector<NamedText>& method) {
  const StorageParameters& parameters = *spec.parameters;
  UringSetup setup;
  setup.fd = spec.fd;
  setup.queue_depth = spec.loop.queue_depth;
  setup.block_size = parameters.block_size_bytes;
  setup.seed = spec.loop.seed;
  setup.completion = parameters.iopoll ? Completion::polled : Completion::interrupt;
  setup.submission = parameters.sqpoll ? Submission::kernel_thread : Submission::system_call;
  setup.name_space = spec.name_space;
  try {
    switch (parameters.engine) {
      case Engine::io_uring:
      case Engine::libaio:  // of other tools' Results: no Plan has them
      case Engine::other:
        break;
      case Engine::nvme_passthrough:
        return run_passthrough(setup, spec, gate, control, method);
      case Engine::pread:
        return run_pread(setup, spec, gate, control, method);
    }
    return run_uring(setup, spec, gate, control, method);
  } catch (...) {
    gate.close();
    throw;
  }
}

}  // namespace assay
