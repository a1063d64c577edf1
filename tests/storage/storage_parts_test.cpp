#include "bench/storage/storage_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/storage/storage_metrics.hpp"

namespace assay {
namespace {

/// A part of one second in which every I/O of the rate was done, with so many waiting at its end.
CaseResult part_with_backlog(const StorageParameters& parameters, std::uint64_t backlog_max,
                             std::uint64_t backlog_last) {
  LoopResult loop;
  loop.ops = static_cast<std::uint64_t>(parameters.rate_per_s);
  for (std::uint64_t i = 0; i < loop.ops; ++i) loop.reads.record(100'000);
  loop.issued.merge(loop.reads);
  loop.bytes = loop.ops * parameters.block_size_bytes;
  loop.measured_s = loop.window_end_s = 1;
  loop.backlog_max = backlog_max;
  loop.backlog_last = backlog_last;
  Tick tick;
  tick.length_s = 1;
  tick.ops = loop.ops;
  tick.bytes = loop.bytes;
  loop.ticks = {tick};
  CaseResult part;
  describe_loop(loop, parameters, part);
  part.elapsed_s = 1;
  return part;
}

/// 1,000 I/Os a second at equal intervals, at most 32 in flight.
Case open_loop() {
  Case item;
  item.storage = StorageParameters{Operation::read,  Pattern::random,   4096, 32, 100,
                                   Durability::none, Arrival::constant, 1'000};
  return item;
}

TEST(StorageParts, BacklogsOfPartsOneAfterTheOtherDoNotAddUp) {
  const Case item = open_loop();
  const CaseResult whole = merge_parts(
      item, {part_with_backlog(*item.storage, 20, 20), part_with_backlog(*item.storage, 25, 18)});
  EXPECT_EQ(find_metric(whole.metrics, "backlog/max")->value, 25);
  EXPECT_EQ(find_metric(whole.metrics, "backlog/last")->value, 20);
  EXPECT_TRUE(whole.flags.empty()) << whole.flags.at(0);
}

TEST(StorageParts, ABacklogThatAPartEndedWithIsOneOfTheWhole) {
  const Case item = open_loop();
  const CaseResult whole = merge_parts(
      item, {part_with_backlog(*item.storage, 40, 40), part_with_backlog(*item.storage, 0, 0)});
  ASSERT_EQ(whole.flags.size(), 1U);
  EXPECT_NE(whole.flags[0].find("saturated"), std::string::npos);
  const CaseResult last = merge_parts(
      item, {part_with_backlog(*item.storage, 520, 0), part_with_backlog(*item.storage, 40, 40)});
  ASSERT_EQ(last.flags.size(), 1U);
  EXPECT_TRUE(last.flags[0].starts_with("saturated in 1 of 2 parts: ")) << last.flags[0];
}

}  // namespace
}  // namespace assay
