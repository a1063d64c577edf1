#include "bench/storage/closed_loop.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <vector>

#include "bench/storage/null_ring.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/storage_metrics.hpp"

namespace assay {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t span = 1U << 30;

LoopSpec spec_of(std::uint32_t depth, std::uint64_t warm_up_ns, std::uint64_t measure_ns) {
  LoopSpec spec;
  spec.queue_depth = depth;
  spec.seed = 42;
  spec.times = {warm_up_ns, measure_ns, second};
  return spec;
}

/// Planted latencies, each remembered; only those that completed in the measured window count.
struct Planted {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> start_and_latency;
};

TEST(ClosedLoop, RecoversAPlantedLatencyDistribution) {
  for (const std::uint32_t depth : {1U, 16U, 128U}) {
    FakeClock clock;
    Random random(depth);
    Planted planted;
    NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
      // Bimodal, with a rare far tail: 80 us, 400 us, 20 ms.
      const std::uint64_t draw = random.below(10'000);
      const std::uint64_t base = draw < 8'000 ? 80'000 : draw < 9'990 ? 400'000 : 20'000'000;
      const std::uint64_t latency = base + random.below(base / 10);
      planted.start_and_latency.emplace_back(clock.now_ns(), latency);
      return NullRing::Answer{latency, 4096};
    });
    RandomOffsets offsets(span, 4096, 1);
    const LoopResult loop = run_closed_loop<Operation::read>(
        ring, clock, offsets, spec_of(depth, second / 2, 5 * second), {});

    std::vector<std::uint64_t> truth;
    for (const auto& [start, latency] : planted.start_and_latency) {
      const std::uint64_t end = start + latency;
      if (end >= second / 2 && end < second / 2 + 5 * second) truth.push_back(latency);
    }
    std::sort(truth.begin(), truth.end());
    const SparseHistogram measured = loop.reads.sparse();
    EXPECT_TRUE(loop.finished);
    EXPECT_EQ(loop.ops, truth.size());
    EXPECT_EQ(measured.count, truth.size());
    EXPECT_EQ(measured.min_ns, truth.front());
    EXPECT_EQ(measured.max_ns, truth.back());
    EXPECT_EQ(loop.bytes, truth.size() * 4096);
    EXPECT_DOUBLE_EQ(loop.measured_s, 5);
    for (const double q : {0.5, 0.9, 0.99, 0.999, 0.9999}) {
      const auto rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(truth.size())));
      const auto exact = static_cast<double>(truth[rank - 1]);
      EXPECT_NEAR(static_cast<double>(measured.quantile(q)), exact, exact / 128)
          << depth << " " << q;
    }
    const double depth_seen =
        static_cast<double>(loop.ops) / loop.measured_s * measured.mean_ns() / 1e9;
    EXPECT_NEAR(depth_seen, depth, depth * 0.02);
  }
}

TEST(ClosedLoop, TicksHaveExactLengthsAndAddUp) {
  FakeClock clock;
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{100'000, 4096}; });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(4, 0, 3 * second), {});
  ASSERT_EQ(loop.ticks.size(), 3U);
  std::uint64_t ops = 0;
  for (const Tick& tick : loop.ticks) {
    EXPECT_DOUBLE_EQ(tick.length_s, 1);
    EXPECT_NEAR(static_cast<double>(tick.ops), 40'000, 4);
    EXPECT_EQ(tick.latency.count, tick.ops);
    ops += tick.ops;
  }
  EXPECT_EQ(ops, loop.ops);
  EXPECT_DOUBLE_EQ(loop.ticks[2].start_s, 2);
}

TEST(ClosedLoop, AStallShowsAsEmptyTicksAndAsALatency) {
  FakeClock clock;
  std::uint64_t count = 0;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    ++count;
    return NullRing::Answer{count == 15'001 ? 2 * second : 100'000, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(1, 0, 5 * second), {});
  ASSERT_EQ(loop.ticks.size(), 5U);
  EXPECT_EQ(loop.ticks[2].ops, 0U);
  EXPECT_EQ(loop.reads.sparse().max_ns, 2 * second);
}

TEST(ClosedLoop, AStallThatOutlivesTheWindowIsFlaggedAtDepthOneToo) {
  FakeClock clock;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    return NullRing::Answer{clock.now_ns() > 1'990'000'000 ? 5 * second : 100'000, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(1, 0, 2 * second), {});
  EXPECT_GE(loop.drained_ns_max, 5 * second);
  CaseResult result;
  describe_loop(loop, {Operation::read, Pattern::random, 4096, 1}, result);
  EXPECT_TRUE(std::any_of(result.flags.begin(), result.flags.end(), [](const std::string& flag) {
    return flag.find("in flight when the window ended took 5") != std::string::npos;
  }));
}

TEST(ClosedLoop, ErrorsAreCountedByErrnoAndNeverAsLatencies) {
  FakeClock clock;
  std::uint64_t count = 0;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    ++count;
    if (count % 10 == 0) return NullRing::Answer{1'000, -EIO};
    if (count % 10 == 1) return NullRing::Answer{1'000, 512};
    return NullRing::Answer{100'000, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(1, 0, second), {});
  ASSERT_EQ(loop.errors.size(), 2U);
  EXPECT_NEAR(static_cast<double>(loop.errors.at(-EIO)), static_cast<double>(loop.ops) / 8, 1);
  EXPECT_NEAR(static_cast<double>(loop.errors.at(0)), static_cast<double>(loop.ops) / 8, 1);
  EXPECT_EQ(loop.reads.sparse().min_ns, 100'000U);
}

TEST(ClosedLoop, ADeviceThatFailsEverythingIsNotAskedForTheWholeWindow) {
  FakeClock clock;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    return clock.now_ns() < second / 2 ? NullRing::Answer{100'000, 4096}
                                       : NullRing::Answer{5'000, -ENODEV};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(4, 0, 600 * second), {});
  EXPECT_TRUE(loop.finished);
  EXPECT_LT(clock.now_ns(), 4 * second);
  EXPECT_EQ(loop.errors.size(), 1U);
  EXPECT_GT(loop.ops, 10'000U);
}

TEST(ClosedLoop, ADeepQueueMovesInPartsNotAsAConvoy) {
  EXPECT_EQ(reap_batch(1), 1U);
  EXPECT_EQ(reap_batch(32), 4U);
  EXPECT_EQ(reap_batch(4096), 32U);
  FakeClock clock;
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{100'000, 4096}; });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(32, 0, second), {});
  // All 32 complete at one instant, and go out again four by four.
  EXPECT_NEAR(static_cast<double>(loop.ops) / static_cast<double>(loop.system_calls), 4, 0.1);
}

TEST(ClosedLoop, InlineCompletionsGoOutInLargerBatches) {
  EXPECT_EQ(inline_batch(1), 1U);
  EXPECT_EQ(inline_batch(32), 16U);
  EXPECT_EQ(inline_batch(4096), 64U);
  FakeClock clock;
  std::uint64_t count = 0;
  // Complete as they are submitted; time passes only now and then, or the loop would not end.
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    if (++count % 64 == 0) clock.advance_to(clock.now_ns() + 10'000);
    return NullRing::Answer{0, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(32, 0, second / 100), {});
  EXPECT_GT(loop.ops, 10'000U);
  EXPECT_NEAR(static_cast<double>(loop.ops) / static_cast<double>(loop.system_calls), 16, 1);
}

TEST(ClosedLoop, CompletionsSeenTogetherShareOneStamp) {
  struct CountingClock {
    FakeClock& clock;
    std::uint64_t readings = 0;
    std::uint64_t now_ns() {
      ++readings;
      return clock.now_ns();
    }
  };
  FakeClock clock;
  CountingClock counting{clock};
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{100'000, 4096}; });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, counting, offsets, spec_of(32, 0, second / 10), {});
  EXPECT_NEAR(static_cast<double>(counting.readings) / static_cast<double>(loop.ops), 0.25, 0.01);
  EXPECT_EQ(loop.reads.sparse().min_ns, 100'000U);
  EXPECT_EQ(loop.reads.sparse().max_ns, 100'000U);
}

TEST(ClosedLoop, MixedKeepsTheShareAndTellsReadsFromWrites) {
  FakeClock clock;
  std::uint64_t reads = 0;
  NullRing ring(clock, 4096, [&](IoKind kind, std::uint64_t) {
    reads += kind == IoKind::read ? 1 : 0;
    return NullRing::Answer{kind == IoKind::read ? 50'000U : 90'000U, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  LoopSpec spec = spec_of(8, 0, 4 * second);
  spec.read_percent = 70;
  const LoopResult loop = run_closed_loop<Operation::mixed>(ring, clock, offsets, spec, {});
  const double share = static_cast<double>(loop.reads.count()) / static_cast<double>(loop.ops);
  EXPECT_NEAR(share, 0.7, 0.01);
  EXPECT_EQ(loop.reads.sparse().max_ns, 50'000U);
  EXPECT_EQ(loop.writes.sparse().min_ns, 90'000U);
}

TEST(ClosedLoop, AStopEndsEarlyAndSaysSo) {
  FakeClock clock;
  std::atomic<bool> stop{false};
  RunControl control{&stop, {}};
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    if (clock.now_ns() > second) stop = true;
    return NullRing::Answer{100'000, 4096};
  });
  RandomOffsets offsets(span, 4096, 1);
  const LoopResult loop =
      run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(4, 0, 60 * second), control);
  EXPECT_FALSE(loop.finished);
  EXPECT_LT(clock.now_ns(), 2 * second);
}

TEST(ClosedLoop, ProgressIsToldOnceATick) {
  FakeClock clock;
  std::vector<double> rates;
  RunControl control{nullptr, [&](const LiveRates& live) { rates.push_back(live.ops_per_s); }};
  NullRing ring(clock, 4096, [](IoKind, std::uint64_t) { return NullRing::Answer{500'000, 4096}; });
  RandomOffsets offsets(span, 4096, 1);
  run_closed_loop<Operation::read>(ring, clock, offsets, spec_of(1, 0, 3 * second), control);
  ASSERT_EQ(rates.size(), 3U);
  EXPECT_NEAR(rates[0], 2000, 1);
}

TEST(CommitLoop, SplitsTheCommitIntoWriteAndSync) {
  FakeClock clock;
  NullRing ring(clock, 4096, [](IoKind kind, std::uint64_t) {
    return kind == IoKind::fdatasync ? NullRing::Answer{700'000, 0}
                                     : NullRing::Answer{300'000, 4096};
  });
  SequentialOffsets offsets(span, 4096);
  const LoopResult loop =
      run_commit_loop(ring, clock, offsets, spec_of(1, second / 10, 2 * second), {});
  EXPECT_NEAR(static_cast<double>(loop.ops), 2000, 1);
  EXPECT_EQ(loop.commits.sparse().min_ns, 1'000'000U);
  EXPECT_EQ(loop.syncs.sparse().max_ns, 700'000U);
  EXPECT_EQ(loop.writes.sparse().max_ns, 300'000U);
}

TEST(CommitLoop, AStallThatOutlivesTheWindowIsTold) {
  FakeClock clock;
  NullRing ring(clock, 4096, [&](IoKind kind, std::uint64_t) {
    const bool stalls = clock.now_ns() > 1'990'000'000 && kind == IoKind::fdatasync;
    return NullRing::Answer{stalls ? 5 * second : 100'000, kind == IoKind::fdatasync ? 0 : 4096};
  });
  SequentialOffsets offsets(span, 4096);
  const LoopResult loop = run_commit_loop(ring, clock, offsets, spec_of(1, 0, 2 * second), {});
  EXPECT_EQ(loop.drained_ns_max, 5 * second + 100'000);
}

TEST(CommitLoop, AFailedSyncIsAnErrorNotACommit) {
  FakeClock clock;
  NullRing ring(clock, 4096, [](IoKind kind, std::uint64_t) {
    return kind == IoKind::fdatasync ? NullRing::Answer{700'000, -EIO}
                                     : NullRing::Answer{300'000, 4096};
  });
  SequentialOffsets offsets(span, 4096);
  const LoopResult loop = run_commit_loop(ring, clock, offsets, spec_of(1, 0, second), {});
  EXPECT_EQ(loop.ops, 0U);
  EXPECT_GT(loop.errors.at(-EIO), 900U);
}

TEST(ClosedLoop, EachWrittenBlockDiffersFromTheOneBefore) {
  FakeClock clock;
  std::vector<std::uint64_t> stamps;
  NullRing* ring_seen = nullptr;
  NullRing ring(clock, 4096, [&](IoKind, std::uint64_t) {
    std::uint64_t stamp = 0;
    std::memcpy(&stamp, ring_seen->buffer(0), sizeof stamp);
    stamps.push_back(stamp);
    return NullRing::Answer{1'000'000, 4096};
  });
  ring_seen = &ring;
  RandomOffsets offsets(span, 4096, 1);
  run_closed_loop<Operation::write>(ring, clock, offsets, spec_of(1, 0, second), {});
  std::sort(stamps.begin(), stamps.end());
  EXPECT_GT(stamps.size(), 900U);
  EXPECT_EQ(std::adjacent_find(stamps.begin(), stamps.end()), stamps.end());
}

}  // namespace
}  // namespace assay
