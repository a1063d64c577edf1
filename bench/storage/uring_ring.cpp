#include "bench/storage/uring_ring.hpp"

#include <array>

#include "bench/storage/uring_ring_setup.hpp"

namespace assay {

namespace {

// Flags that an older liburing header lacks keep their kernel values: the kernel decides.
constexpr unsigned submit_all = 1U << 7;      // since 5.18
constexpr unsigned coop_taskrun = 1U << 8;    // since 5.19
constexpr unsigned single_issuer = 1U << 12;  // since 6.0
constexpr unsigned defer_taskrun = 1U << 13;  // since 6.1

constexpr std::array<UringRung, 4> rungs{{
    {submit_all | single_issuer | defer_taskrun, "SINGLE_ISSUER|DEFER_TASKRUN|SUBMIT_ALL"},
    {submit_all | coop_taskrun, "COOP_TASKRUN|SUBMIT_ALL"},
    {submit_all, "SUBMIT_ALL"},
    {0, "none"},
}};

// The kernel refuses the task-run flags beside SQPOLL.
constexpr std::array<UringRung, 3> thread_rungs{{
    {IORING_SETUP_SQPOLL | submit_all | single_issuer, "SQPOLL|SINGLE_ISSUER|SUBMIT_ALL"},
    {IORING_SETUP_SQPOLL | submit_all, "SQPOLL|SUBMIT_ALL"},
    {IORING_SETUP_SQPOLL, "SQPOLL"},
}};

}  // namespace

std::span<const UringRung> uring_rungs(Submission submission) {
  if (submission == Submission::kernel_thread) return thread_rungs;
  return rungs;
}

template class BasicUringRing<FileCommand>;
template class BasicUringRing<NvmeCommand>;

}  // namespace assay
