#include <time.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/closed_loop.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/uring_ring_setup.hpp"

namespace assay {

namespace {

/// Like FileCommand, but the kernel does nothing: what is left is the cost of the queue and ours.
struct NopCommand {
  static constexpr const char* engine = "io_uring NOP";
  static constexpr unsigned setup_flags = 0;
  static constexpr unsigned completion_shift = 0;
  static constexpr bool one_region = true;
  using Entry = io_uring_sqe;

  static void fill(Entry& entry, IoKind /*kind*/, const SlotEntry& part, const NvmeNamespace&) {
    io_uring_prep_nop(&entry);
    entry.user_data = part.slot;
  }
  static void set_offset(Entry& entry, std::uint64_t offset, const NvmeNamespace&) {
    entry.off = offset;
  }
  static void set_size(Entry& entry, std::uint32_t bytes, const NvmeNamespace&) {
    entry.len = bytes;
  }
  static std::int32_t result(const io_uring_cqe& cqe, std::uint32_t bytes) {
    return cqe.res == 0 ? static_cast<std::int32_t>(bytes) : cqe.res;
  }
};

constexpr std::uint32_t depth = 128;
constexpr std::uint32_t batch = inline_batch(depth);  // the measuring loop's own
constexpr std::uint64_t round_ns = 400'000'000;

/// CPU time of this thread: what others do on the machine is no cost of ours.
std::uint64_t cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

/// The measuring loop as it is shipped: every latency recorded, random offsets drawn.
template <Clock ClockType>
double measured_loop_ns(BasicUringRing<NopCommand>& ring, ClockType clock) {
  RandomOffsets offsets(16U << 20, 4096, 1);
  LoopSpec spec;
  spec.queue_depth = depth;
  spec.times = {0, round_ns, round_ns};
  const std::uint64_t before = cpu_ns();
  const LoopResult loop = run_closed_loop<Operation::read>(ring, clock, offsets, spec, {});
  return static_cast<double>(cpu_ns() - before) / static_cast<double>(loop.ops);
}

/// The shortest loop that liburing's manual suggests, with nothing recorded.
double bare_loop_ns(io_uring& ring) {
  std::uint64_t operations = 0;
  const std::uint64_t before = cpu_ns();
  while (cpu_ns() - before < round_ns) {
    for (std::uint32_t call = 0; call < 256; ++call) {
      for (std::uint32_t i = 0; i < batch; ++i) io_uring_prep_nop(io_uring_get_sqe(&ring));
      io_uring_submit_and_wait(&ring, batch);
      unsigned head = 0;
      unsigned seen = 0;
      io_uring_cqe* cqe = nullptr;
      io_uring_for_each_cqe(&ring, head, cqe) seen += cqe->res == 0 ? 1 : 0;
      io_uring_cq_advance(&ring, seen);
      operations += seen;
    }
  }
  return static_cast<double>(cpu_ns() - before) / static_cast<double>(operations);
}

/// Owns a ring with the flags that the measuring ring has, without its registrations.
struct BareRing {
  io_uring ring{};
  BareRing() {
    for (const UringRung& rung : uring_rungs(Submission::system_call)) {
      io_uring_params parameters{};
      parameters.flags = rung.flags;
      if (io_uring_queue_init_params(depth, &ring, &parameters) == 0) break;
    }
    io_uring_register_ring_fd(&ring);
  }
  ~BareRing() { io_uring_queue_exit(&ring); }
  BareRing(const BareRing&) = delete;
  BareRing& operator=(const BareRing&) = delete;
  BareRing(BareRing&&) = delete;
  BareRing& operator=(BareRing&&) = delete;
};

void print_row(const char* name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  std::printf("  %-34s %7.1f  %7.1f .. %.1f\n", name, values[values.size() / 2], values.front(),
              values.back());
}

template <Clock ClockType>
void compare(ClockType clock, int rounds) {
  BasicUringRing<NopCommand> ring({0, depth, 4096, 1});
  BareRing bare;
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> difference;
  for (int round = 0; round < rounds; ++round) {
    double our_ns = 0;
    if (round % 2 == 0) our_ns = measured_loop_ns(ring, clock);
    const double bare_ns = bare_loop_ns(bare.ring);
    if (round % 2 != 0) our_ns = measured_loop_ns(ring, clock);
    ours.push_back(our_ns);
    theirs.push_back(bare_ns);
    difference.push_back(our_ns - bare_ns);
  }
  std::printf("NOP, depth %u: CPU ns per operation, median, min .. max of %d interleaved rounds\n",
              depth, rounds);
  print_row("measuring loop, every I/O recorded", ours);
  print_row("bare liburing loop, same batch", theirs);
  print_row("difference (target: at most +10)", difference);
}

}  // namespace

}  // namespace assay

/// usage: nop_cost [rounds]. Asserts nothing: the table is the result. Exit code 77 where io_uring
/// cannot be had.
int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 7);
  try {
#if defined(__x86_64__)
    if (const auto clock = assay::TscClock::calibrated()) {
      assay::compare(*clock, rounds);
      return 0;
    }
#endif
    assay::compare(assay::SystemClock{}, rounds);
  } catch (const std::exception& error) {
    std::printf("skipped: %s\n", error.what());
    return 77;
  }
  return 0;
}
