#include "bench/storage/uring_ring.hpp"

#include <fmt/format.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

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

std::string words(int error) { return std::generic_category().message(error); }

}  // namespace

std::span<const UringRung> uring_rungs() { return rungs; }

UringRing::UringRing(const UringSetup& setup)
    : memory_(std::size_t{setup.queue_depth} * setup.block_size), block_size_(setup.block_size) {
  std::string refusals;
  int last_error = ENOSYS;
  for (const UringRung& rung : rungs) {
    const int error = -io_uring_queue_init(std::max(2U, setup.queue_depth), &ring_, rung.flags);
    std::string refusal = error != 0 ? words(error) : std::string();
    if (error == 0) {
      register_all(setup);
      fill_templates();
      refusal = probe();
      if (refusal.empty()) {
        method_.emplace_back("engine", "io_uring");
        method_.emplace_back("io_uring flags", rung.name);
        if (!refusals.empty()) method_.emplace_back("io_uring flags refused", refusals);
        // After the probe: it read into the first buffer, and zeros must never be written.
        fill_incompressible(memory_.bytes(), setup.seed);
        return;
      }
      io_uring_queue_exit(&ring_);
      method_.clear();
    }
    last_error = error != 0 ? error : EIO;
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", rung.name, refusal);
  }
  throw std::system_error(last_error, std::generic_category(),
                          fmt::format("io_uring cannot be set up ({})", refusals));
}

UringRing::~UringRing() { io_uring_queue_exit(&ring_); }

void UringRing::register_all(const UringSetup& setup) {
  file_ = setup.fd;
  sqe_flags_ = 0;
  buffers_registered_ = false;
  const int file_error = -io_uring_register_files(&ring_, &setup.fd, 1);
  if (file_error == 0) {
    file_ = 0;
    sqe_flags_ = IOSQE_FIXED_FILE;
  }
  method_.emplace_back("registered file", file_error == 0 ? "yes" : "no: " + words(file_error));

  const iovec region{memory_.bytes().data(), memory_.bytes().size()};
  const int buffer_error = -io_uring_register_buffers(&ring_, &region, 1);
  buffers_registered_ = buffer_error == 0;
  std::string answer = "yes";
  if (buffer_error == ENOMEM) {
    answer = "no: RLIMIT_MEMLOCK is too low (raise it with ulimit -l, or run as root)";
  } else if (buffer_error != 0) {
    answer = "no: " + words(buffer_error);
  }
  method_.emplace_back("registered buffers", answer);

  const int ring_error = io_uring_register_ring_fd(&ring_);
  method_.emplace_back("registered ring", ring_error == 1 ? "yes" : "no: " + words(-ring_error));
}

void UringRing::fill_templates() {
  sq_mask_ = *ring_.sq.kring_mask;
  cq_mask_ = *ring_.cq.kring_mask;
  const std::size_t slots = memory_.bytes().size() / block_size_;
  for (auto& by_slot : templates_) by_slot.assign(slots, {});
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    io_uring_sqe* read = &templates_[static_cast<std::size_t>(IoKind::read)][slot];
    io_uring_sqe* write = &templates_[static_cast<std::size_t>(IoKind::write)][slot];
    io_uring_sqe* sync = &templates_[static_cast<std::size_t>(IoKind::fdatasync)][slot];
    if (buffers_registered_) {
      io_uring_prep_read_fixed(read, file_, buffer(slot), block_size_, 0, 0);
      io_uring_prep_write_fixed(write, file_, buffer(slot), block_size_, 0, 0);
    } else {
      io_uring_prep_read(read, file_, buffer(slot), block_size_, 0);
      io_uring_prep_write(write, file_, buffer(slot), block_size_, 0);
    }
    io_uring_prep_fsync(sync, file_, IORING_FSYNC_DATASYNC);
    for (io_uring_sqe* sqe : {read, write, sync}) {
      sqe->flags |= sqe_flags_;
      sqe->user_data = slot;
    }
  }
}

/// Reads one block through the ring as it is set up; empty when it worked, else the reason. A span
/// shorter than a block (a file not yet filled) still proves the way, with fewer bytes.
std::string UringRing::probe() {
  prepare(IoKind::read, 0, 0);
  submit_and_wait();
  std::int32_t result = 0;
  while (reap(1, [&](std::uint32_t, std::int32_t answer) { result = answer; }) == 0) {
    submit_and_wait();
  }
  return result < 0 ? "probe read: " + words(-result) : std::string();
}

void UringRing::submit_and_wait() {
  ++system_calls_;
  check_submitted(io_uring_submit_and_wait(&ring_, 1));
}

void UringRing::submit_and_wait_for(std::uint64_t wait_ns) {
  ++system_calls_;
  // Without EXT_ARG (before 5.11) the timeout would be an I/O of its own among ours: poll then,
  // too.
  if (wait_ns < polled_wait_ns || (ring_.features & IORING_FEAT_EXT_ARG) == 0) {
    check_submitted(io_uring_submit_and_get_events(&ring_));
    return;
  }
  __kernel_timespec timeout{0, static_cast<long long>(wait_ns - polled_wait_ns)};
  io_uring_cqe* cqe = nullptr;
  const int submitted = io_uring_submit_and_wait_timeout(&ring_, &cqe, 1, &timeout, nullptr);
  if (submitted != -ETIME) check_submitted(submitted);
}

void UringRing::check_submitted(int submitted) {
  // EINTR: a signal asked for a stop; EAGAIN and EBUSY: the kernel is short of memory for the
  // moment or wants completions reaped first. What was not submitted stays prepared.
  if (submitted < 0 && submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY) {
    throw std::system_error(-submitted, std::generic_category(), "io_uring_enter");
  }
}

}  // namespace assay
