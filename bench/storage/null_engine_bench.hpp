#pragma once

namespace assay {

/// Adds the null engine to Google Benchmark's list, for `assay microbench`: what the measuring loop
/// itself can do on this machine, at several queue depths ("storage/null-engine/qd128",
/// items_per_second) and at fixed rates ("storage/null-engine/rate/1000000", rate_error_percent). A
/// device's rate near the first is the generator's doing.
void register_null_engine_benchmarks();

}  // namespace assay
