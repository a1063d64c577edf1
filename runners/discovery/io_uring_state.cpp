#include "runners/discovery/io_uring_state.hpp"

#include <fmt/format.h>
#include <liburing.h>

#include <cerrno>
#include <system_error>

#include "runners/discovery/sysfs.hpp"

namespace assay {

namespace {

constexpr auto sysctl_command = "sysctl -w kernel.io_uring_disabled=0";

IoUring refused(const std::string& sysctl) {
  if (sysctl == "1") {
    return {IoUringState::disabled_by_sysctl,
            fmt::format("kernel.io_uring_disabled is 1, which leaves io_uring to privileged "
                        "processes: run as root, or as root run `{}`",
                        sysctl_command)};
  }
  if (sysctl == "2") {
    return {IoUringState::disabled_by_sysctl,
            fmt::format("kernel.io_uring_disabled is 2, which forbids io_uring to everybody: as "
                        "root run `{}`",
                        sysctl_command)};
  }
  return {IoUringState::not_permitted,
          "a security policy refuses it (EPERM), most often a container's seccomp profile: run "
          "outside the container, or start it with `--security-opt seccomp=unconfined`"};
}

}  // namespace

IoUring classify_io_uring(int answer, const std::string& sysctl) {
  switch (-answer) {
    case 0:
      return {IoUringState::available, {}};
    case ENOSYS:
      return {IoUringState::not_in_kernel,
              "this kernel has no io_uring (ENOSYS): boot Linux 5.11 or newer, built with "
              "CONFIG_IO_URING"};
    case EPERM:
    case EACCES:
      return refused(sysctl);
    case ENOMEM:
      return {IoUringState::not_permitted,
              "no memory for a ring (ENOMEM): before Linux 5.12 rings count against the limit of "
              "locked memory, raise it with `ulimit -l unlimited`"};
    default:
      return {IoUringState::not_permitted,
              fmt::format("setting up a ring failed: {}; try a larger `ulimit -n`, or another "
                          "kernel",
                          std::generic_category().message(-answer))};
  }
}

IoUring discover_io_uring(const SystemRoot& root) {
  const std::string sysctl = read_attribute(root.path / "proc/sys/kernel/io_uring_disabled");
  if (!root.is_live()) {
    if (sysctl == "1" || sysctl == "2") return classify_io_uring(-EPERM, sysctl);
    return {IoUringState::not_in_kernel, io_uring_not_probed};
  }
  io_uring ring{};
  constexpr unsigned entries = 2;
  const int answer = io_uring_queue_init(entries, &ring, 0);
  if (answer == 0) io_uring_queue_exit(&ring);
  return classify_io_uring(answer, sysctl);
}

}  // namespace assay
