#include "runners/discovery/io_uring_state.hpp"

#include <cerrno>

#include "tests/discovery/fixtures.hpp"

namespace assay {
namespace {

bool says(const IoUring& io_uring, const std::string& words) {
  return io_uring.reason.find(words) != std::string::npos;
}

TEST(IoUringState, AvailableNeedsNoReason) {
  for (const std::string sysctl : {"", "0", "1"}) {
    const IoUring io_uring = classify_io_uring(0, sysctl);
    EXPECT_EQ(io_uring.state, IoUringState::available);
    EXPECT_EQ(io_uring.reason, "");
  }
}

TEST(IoUringState, NoSystemCallMeansTheKernel) {
  const IoUring io_uring = classify_io_uring(-ENOSYS, "");
  EXPECT_EQ(io_uring.state, IoUringState::not_in_kernel);
  EXPECT_TRUE(says(io_uring, "ENOSYS")) << io_uring.reason;
}

TEST(IoUringState, TheSysctlIsToldApartFromAPolicy) {
  const IoUring all = classify_io_uring(-EPERM, "2");
  EXPECT_EQ(all.state, IoUringState::disabled_by_sysctl);
  EXPECT_TRUE(says(all, "io_uring_disabled is 2")) << all.reason;
  EXPECT_TRUE(says(all, "sysctl -w kernel.io_uring_disabled=0")) << all.reason;

  const IoUring unprivileged = classify_io_uring(-EPERM, "1");
  EXPECT_EQ(unprivileged.state, IoUringState::disabled_by_sysctl);
  EXPECT_TRUE(says(unprivileged, "run as root")) << unprivileged.reason;

  for (const std::string sysctl : {"0", ""}) {
    for (const int answer : {-EPERM, -EACCES}) {
      const IoUring policy = classify_io_uring(answer, sysctl);
      EXPECT_EQ(policy.state, IoUringState::not_permitted);
      EXPECT_TRUE(says(policy, "seccomp")) << policy.reason;
    }
  }
}

TEST(IoUringState, OtherFailuresAreNamed) {
  EXPECT_EQ(classify_io_uring(-ENOMEM, "0").state, IoUringState::not_permitted);
  EXPECT_TRUE(says(classify_io_uring(-ENOMEM, "0"), "ulimit -l"));
  EXPECT_EQ(classify_io_uring(-EMFILE, "0").state, IoUringState::not_permitted);
  EXPECT_TRUE(says(classify_io_uring(-EMFILE, "0"), "Too many open files"));
}

TEST(IoUringState, ARecordedTreeShowsOnlyTheSysctl) {
  EXPECT_EQ(discover(fixture("virtio")).io_uring.state, IoUringState::disabled_by_sysctl);
  EXPECT_EQ(discover(fixture("i4i")).io_uring.reason, io_uring_not_probed);
}

TEST(IoUringState, ThisMachineIsAvailableOrSaysWhyNot) {
  const IoUring io_uring = discover_io_uring({});
  EXPECT_EQ(io_uring.reason.empty(), io_uring.state == IoUringState::available);
}

}  // namespace
}  // namespace assay
