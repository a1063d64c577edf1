#pragma once

#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>

#include "bench/measure/not_applicable.hpp"
#include "bench/storage/uring_ring.hpp"

/// What BasicUringRing does outside the hot path. To be included by the one file that makes the
/// ring of a command: uring_ring.cpp for the engines.
namespace assay {

namespace uring_setup {

/// How long the kernel's submitting thread looks for work before it sleeps.
constexpr unsigned submitter_idle_ms = 2000;

inline std::string words(int error) { return std::generic_category().message(error); }

/// Why the kernel refuses an I/O of the kind that was asked for.
inline std::string probe_words(int error, const UringSetup& setup) {
  if (error == EOPNOTSUPP && setup.completion == Completion::polled) {
    return "the device has no queues to poll (load nvme with poll_queues=N)";
  }
  return words(error);
}

/// Whether a read that fails so would fail by any other way: the medium or the device is at fault.
inline bool is_of_the_target(int error) {
  constexpr std::array errors = {EIO,     ENODATA,   EILSEQ, EREMOTEIO,
                                 ENOLINK, ETIMEDOUT, ENODEV, ENXIO};
  return std::find(errors.begin(), errors.end(), error) != errors.end();
}

}  // namespace uring_setup

template <class Command>
BasicUringRing<Command>::BasicUringRing(const UringSetup& setup)
    : memory_(std::size_t{setup.queue_depth} * setup.block_size),
      name_space_(setup.name_space),
      submits_by_thread_(setup.submission == Submission::kernel_thread),
      polled_(setup.completion == Completion::polled),
      block_size_(setup.block_size) {
  std::string refusals;
  int last_error = ENOSYS;
  const bool special = polled_ || submits_by_thread_ || Command::setup_flags != 0;
  for (const UringRung& rung : uring_rungs(setup.submission)) {
    const int error = set_up(setup, rung);
    std::string refusal = error != 0 ? uring_setup::words(error) : std::string();
    if (error == 0) {
      register_all(setup);
      fill_templates();
      const int read_error = probe();
      if (read_error == 0) {
        describe(setup, rung, refusals);
        // After the probe: it read into the first buffer, and zeros must never be written.
        fill_incompressible(memory_.bytes(), setup.seed);
        return;
      }
      refusal = uring_setup::probe_words(read_error, setup);
      io_uring_queue_exit(&ring_);
      method_.clear();
      // By a special way a read may fail so because the driver lacks that way: a plain one tells.
      const bool of_the_target = uring_setup::is_of_the_target(read_error);
      if (of_the_target && (!special || plain_read_fails(setup.fd))) {
        throw std::system_error(read_error, std::generic_category(),
                                "read the first block of the target");
      }
    }
    last_error = error != 0 ? error : EIO;
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", rung.name, refusal);
  }
  const std::string told = fmt::format("{} cannot be set up ({})", Command::engine, refusals);
  if (special) throw NotApplicable(told);
  throw std::system_error(last_error, std::generic_category(), told);
}

template <class Command>
BasicUringRing<Command>::~BasicUringRing() {
  io_uring_queue_exit(&ring_);
}

/// 0, or the errno with which io_uring_setup(2) refused the rung.
template <class Command>
int BasicUringRing<Command>::set_up(const UringSetup& setup, const UringRung& rung) {
  io_uring_params params{};
  params.flags = rung.flags | Command::setup_flags;
  if (setup.completion == Completion::polled) params.flags |= IORING_SETUP_IOPOLL;
  if (submits_by_thread_) params.sq_thread_idle = uring_setup::submitter_idle_ms;
  return -io_uring_queue_init_params(std::max(2U, setup.queue_depth), &ring_, &params);
}

template <class Command>
void BasicUringRing<Command>::describe(const UringSetup& setup, const UringRung& rung,
                                       const std::string& refusals) {
  const bool polled = setup.completion == Completion::polled;
  method_.emplace_back("engine", Command::engine);
  method_.emplace_back("io_uring flags", std::string(rung.name) + (polled ? "|IOPOLL" : ""));
  if (!refusals.empty()) method_.emplace_back("io_uring flags refused", refusals);
}

template <class Command>
void BasicUringRing<Command>::register_all(const UringSetup& setup) {
  file_ = setup.fd;
  sqe_flags_ = 0;
  const int file_error = -io_uring_register_files(&ring_, &setup.fd, 1);
  if (file_error == 0) {
    file_ = 0;
    sqe_flags_ = IOSQE_FIXED_FILE;
  }
  method_.emplace_back("registered file",
                       file_error == 0 ? "yes" : "no: " + uring_setup::words(file_error));

  std::vector<iovec> regions;
  if (Command::one_region) {
    regions.push_back({memory_.bytes().data(), memory_.bytes().size()});
  } else {
    for (std::uint32_t slot = 0; slot < setup.queue_depth; ++slot) {
      regions.push_back({buffer(slot), block_size_});
    }
  }
  const int buffer_error =
      -io_uring_register_buffers(&ring_, regions.data(), static_cast<unsigned>(regions.size()));
  buffers_registered_ = buffer_error == 0;
  std::string answer = "yes";
  if (buffer_error == ENOMEM) {
    answer = "no: RLIMIT_MEMLOCK is too low (raise it with ulimit -l, or run as root)";
  } else if (buffer_error != 0) {
    answer = "no: " + uring_setup::words(buffer_error);
  }
  method_.emplace_back("registered buffers", answer);

  const int ring_error = io_uring_register_ring_fd(&ring_);
  method_.emplace_back("registered ring",
                       ring_error == 1 ? "yes" : "no: " + uring_setup::words(-ring_error));
}

template <class Command>
void BasicUringRing<Command>::fill_templates() {
  sq_mask_ = *ring_.sq.kring_mask;
  cq_mask_ = *ring_.cq.kring_mask;
  const std::size_t slots = memory_.bytes().size() / block_size_;
  size_.assign(slots, block_size_);
  for (const IoKind kind : {IoKind::read, IoKind::write, IoKind::fdatasync}) {
    auto& by_slot = templates_[static_cast<std::size_t>(kind)];
    by_slot.assign(slots, {});
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      const auto index = static_cast<std::uint16_t>(Command::one_region ? 0 : slot);
      const SlotEntry part{file_, sqe_flags_, buffers_registered_, buffer(slot), block_size_,
                           slot,  index};
      Command::fill(by_slot[slot], kind, part, name_space_);
    }
  }
}

/// Reads one block through the ring as it is set up; 0 when it worked, else the errno. A span
/// shorter than a block (a file not yet filled) still proves the way, with fewer bytes.
template <class Command>
int BasicUringRing<Command>::probe() {
  prepare(IoKind::read, 0, 0);
  submit_and_wait();
  std::int32_t result = 0;
  while (reap(1, [&](std::uint32_t, std::int32_t answer) { result = answer; }) == 0) {
    submit_and_wait();
  }
  return std::max(0, -result);
}

/// Whether pread(2) of the first block fails by the target's fault, too. The character device of a
/// disk knows no reads, which says nothing of the disk.
template <class Command>
bool BasicUringRing<Command>::plain_read_fails(int fd) {
  return pread(fd, buffer(0), block_size_, 0) < 0 && uring_setup::is_of_the_target(errno);
}

/// With a submitting kernel thread: tells it of new entries, by a system call only when it sleeps,
/// and watches for a completion.
template <class Command>
void BasicUringRing<Command>::wake_and_poll(std::uint64_t wait_ns) {
  using SteadyClock = std::chrono::steady_clock;
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const auto asleep = [&] {
    return (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_NEED_WAKEUP) != 0;
  };
  system_calls_ += asleep() ? 1 : 0;
  check_submitted(io_uring_submit(&ring_));
  const auto until = SteadyClock::now() + std::chrono::nanoseconds(wait_ns);
  while (io_uring_cq_ready(&ring_) == 0 && SteadyClock::now() < until) {
    if (asleep()) {
      ++system_calls_;
      check_submitted(io_uring_submit(&ring_));
    }
  }
}

template <class Command>
void BasicUringRing<Command>::submit_and_wait() {
  // Long enough to be rare, short enough to see a stop.
  if (submits_by_thread_) return wake_and_poll(100'000'000);
  ++system_calls_;
  check_submitted(io_uring_submit_and_wait(&ring_, 1));
}

template <class Command>
void BasicUringRing<Command>::submit_and_wait_for(std::uint64_t wait_ns) {
  if (submits_by_thread_) return wake_and_poll(wait_ns);
  ++system_calls_;
  // Without EXT_ARG (before 5.11) the timeout would be an I/O of its own among ours, and a polled
  // ring knows no timeout: poll then, too.
  if (wait_ns < polled_wait_ns || polled_ || (ring_.features & IORING_FEAT_EXT_ARG) == 0) {
    check_submitted(io_uring_submit_and_get_events(&ring_));
    return;
  }
  __kernel_timespec timeout{0, static_cast<long long>(wait_ns - polled_wait_ns)};
  io_uring_cqe* cqe = nullptr;
  const int submitted = io_uring_submit_and_wait_timeout(&ring_, &cqe, 1, &timeout, nullptr);
  if (submitted != -ETIME) check_submitted(submitted);
}

template <class Command>
void BasicUringRing<Command>::check_submitted(int submitted) {
  // EINTR: a signal asked for a stop; EAGAIN and EBUSY: the kernel is short of memory for the
  // moment or wants completions reaped first. What was not submitted stays prepared.
  if (submitted < 0 && submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY) {
    throw std::system_error(-submitted, std::generic_category(), "io_uring_enter");
  }
}

}  // namespace assay
