#pragma once

#include <string>

#include "reports/model/host.hpp"
#include "runners/discovery/discovery.hpp"

namespace assay {

/// What an answer of io_uring_queue_init means: `answer` is 0 or a negative errno, `sysctl` the
/// text of /proc/sys/kernel/io_uring_disabled (empty before Linux 6.6). ENOSYS: no such system
/// call. EPERM: refused, by the sysctl when it is 1 or 2, else by a policy such as a container's
/// seccomp profile. The reason says what to do.
IoUring classify_io_uring(int answer, const std::string& sysctl);

/// The reason when nobody could be asked; `state` then says nothing.
constexpr auto io_uring_not_probed = "not probed: a recorded tree does not show it";

/// Sets up a ring of two entries and drops it. A recorded tree shows only the sysctl.
IoUring discover_io_uring(const SystemRoot& root);

}  // namespace assay
