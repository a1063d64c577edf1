#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/open_loop.hpp"

namespace assay {

namespace {

constexpr std::uint32_t depth = 1024;
constexpr std::uint64_t round_ns = 1'000'000'000;

/// The null engine on the machine's own clock: an I/O is complete once it is submitted, and a wait
/// sleeps and polls as one of io_uring does. What is left is the schedule and our own loop.
class InstantRing {
 public:
  void prepare(IoKind /*kind*/, std::uint32_t slot, std::uint64_t /*offset*/) {
    slots_[count_++] = slot;
  }
  void resize(std::uint32_t /*slot*/, std::uint32_t /*bytes*/) {}
  void submit_and_wait() { ++system_calls_; }
  void submit_and_wait_for(std::uint64_t wait_ns) {
    ++system_calls_;
    if (count_ > 0 || wait_ns < polled_wait_ns) return;
    std::this_thread::sleep_for(std::chrono::nanoseconds(wait_ns - polled_wait_ns));
  }
  std::uint32_t ready() const { return count_; }

  template <class Handle>
  std::uint32_t reap(std::uint32_t limit, Handle&& handle) {
    const std::uint32_t reaped = std::min(limit, count_);
    for (std::uint32_t i = 0; i < reaped; ++i) handle(slots_[--count_], block_size);
    return reaped;
  }

  std::byte* buffer(std::uint32_t /*slot*/) { return block_.data(); }
  std::uint64_t system_calls() const { return system_calls_; }

 private:
  static constexpr std::int32_t block_size = 4096;

  std::array<std::uint32_t, depth> slots_{};
  std::array<std::byte, block_size> block_{};
  std::uint32_t count_ = 0;
  std::uint64_t system_calls_ = 0;
};

struct Round {
  double error_percent;  // of the achieved rate
  double late_us;        // 99th percentile of completion after the intended start
};

template <Clock ClockType>
Round run_round(ClockType clock, double rate_per_s, std::uint64_t seed) {
  InstantRing ring;
  RandomOffsets offsets(16U << 20, 4096, seed);
  LoopSpec spec;
  spec.queue_depth = depth;
  spec.seed = seed;
  spec.arrival = Arrival::constant;
  spec.rate_per_s = rate_per_s;
  spec.times = {round_ns / 10, round_ns, round_ns};
  const LoopResult loop = run_open_loop<Operation::read>(ring, clock, offsets, spec, {});
  const double achieved = static_cast<double>(loop.ops) / loop.measured_s;
  return {100 * (achieved / rate_per_s - 1),
          static_cast<double>(loop.reads.sparse().quantile(0.99)) / 1e3};
}

struct Row {
  double rate_per_s;
  std::vector<double> error_percent;
  std::vector<double> late_us;
};

template <Clock ClockType>
void print_table(ClockType clock, int rounds) {
  std::vector<Row> rows;
  for (const double rate : {1e3, 1e4, 1e5, 5e5, 1e6, 2e6}) rows.push_back({rate, {}, {}});
  for (int round = 0; round < rounds; ++round) {
    for (Row& row : rows) {
      const Round one = run_round(clock, row.rate_per_s, static_cast<std::uint64_t>(round) + 1);
      row.error_percent.push_back(one.error_percent);
      row.late_us.push_back(one.late_us);
    }
  }
  std::printf("null engine, constant rate, %d interleaved rounds of 1 s, median, min .. max\n",
              rounds);
  std::printf("  %10s  %32s  %30s\n", "I/Os a s", "error of the rate, %", "p99 from intended, us");
  for (Row& row : rows) {
    std::sort(row.error_percent.begin(), row.error_percent.end());
    std::sort(row.late_us.begin(), row.late_us.end());
    const std::size_t middle = row.late_us.size() / 2;
    std::printf("  %10.0f  %+8.4f (%+8.4f .. %+8.4f)  %8.2f (%8.2f .. %8.2f)\n", row.rate_per_s,
                row.error_percent[middle], row.error_percent.front(), row.error_percent.back(),
                row.late_us[middle], row.late_us.front(), row.late_us.back());
  }
  std::printf("target: an error below 0.1 %% from 1 k to 2 M I/Os a second\n");
}

}  // namespace

}  // namespace assay

/// usage: rate_error [rounds]. Asserts nothing: the table is the result.
int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 7);
  assay::with_best_clock([&](auto clock) { assay::print_table(clock, rounds); });
  return 0;
}
