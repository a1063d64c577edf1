#pragma once

#include <string>

#include "reports/model/result.hpp"

namespace assay {

/// A fully populated Result of a machine that does not exist (its identity says SYNTHETIC), with
/// latencies drawn from a seeded generator: the same on every call. Two storage targets with sweeps
/// of seven queue depths, commits, sequential and mixed cases; host memory; a GPU case that was
/// skipped; one storage case that failed; one with a flag.
Result synthetic_result();

/// synthetic_result and what several disks and longer suites add: a second instance store, all at
/// once and the slowest (on two NUMA nodes), open loops of which one is saturated, a case by
/// SQPOLL, 40 minutes with a step of which only the end counts, and host memory over threads,
/// working sets and pairs of NUMA nodes.
Result synthetic_sets_result();

/// synthetic_sets_result and two GPUs: what the code that measures GPUs makes of a fake one.
Result synthetic_gpu_result();

/// A Result whose every text tries to break out of its format: markup, quotes, formulas, pipes.
Result hostile_result();

/// Text of about the size and kind of the Result's JSON; only for tests that embed it.
std::string synthetic_json(const Result& result);

}  // namespace assay
