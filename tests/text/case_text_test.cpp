#include "reports/case_text.hpp"

#include <gtest/gtest.h>

#include "reports/case_key.hpp"
#include "reports/depth_sweep.hpp"
#include "tests/text/case_list.hpp"

namespace assay {
namespace {

std::string text_of(const StorageParameters& storage) {
  Case item;
  item.storage = storage;
  return case_text(item);
}

const StorageParameters plain = {Operation::read, Pattern::random, 4096, 32};

TEST(CaseText, SaysWhatIsOutOfTheOrdinary) {
  EXPECT_EQ(text_of(plain), "random read 4k, queue depth 32");
  StorageParameters one = plain;
  one.threads = 4;
  one.iopoll = true;
  one.sqpoll = true;
  one.direct = false;
  one.verify = true;
  EXPECT_EQ(text_of(one),
            "random read 4k, queue depth 32, 4 threads, io_uring, IOPOLL, SQPOLL, page cache, "
            "verified");
  one = plain;
  one.engine = Engine::nvme_passthrough;
  one.alignment_bytes = 65536;
  EXPECT_EQ(text_of(one), "random read 4k, queue depth 32, NVMe passthrough, aligned to 64k");
}

TEST(CaseText, SaysPatternSizesAndRange) {
  StorageParameters one = plain;
  one.pattern = Pattern::zipf;
  one.zipf_theta = 0.99;
  EXPECT_EQ(text_of(one), "Zipf 0.99 read 4k, queue depth 32");
  one.pattern = Pattern::full_coverage;
  EXPECT_EQ(text_of(one), "full-coverage read 4k, queue depth 32");
  one.pattern = Pattern::sequential;
  one.streams = 8;
  one.range_end_percent = 10;
  EXPECT_EQ(text_of(one), "8-stream sequential read 4k in 0 to 10 % of the target, queue depth 32");
  one = plain;
  one.block_mix = {{4096, 70}, {65536, 30}};
  EXPECT_EQ(text_of(one), "random read 70 % 4k + 30 % 64k, queue depth 32");
}

TEST(CaseText, SaysTheOfferedRateAndItsShare) {
  StorageParameters one = plain;
  one.arrival = Arrival::poisson;
  one.rate_per_s = 8000;
  EXPECT_EQ(text_of(one), "random read 4k, poisson arrivals at 8000/s");
  one.rate_percent = 25;
  EXPECT_EQ(text_of(one), "random read 4k, poisson arrivals at 8000/s (25 % of the highest rate)");
  one.rate_per_s = 0;  // the run ended before the highest was known
  EXPECT_EQ(text_of(one), "random read 4k, poisson arrivals at 25 % of the highest rate");
}

TEST(MainHistogram, IsOfTheWholeCaseNotOfAMemberOrOfIssueTimes) {
  CaseResult measured;
  for (const char* name : {"issued", "member/a", "fdatasync", "read"}) {
    measured.histograms.push_back({name, {}});
    measured.histograms.back().latency.count = 10;
  }
  EXPECT_EQ(main_histogram(measured), &measured.histograms[3].latency);
  EXPECT_EQ(io_count(measured), 10U);
  measured.histograms.pop_back();
  EXPECT_EQ(main_histogram(measured), nullptr);
}

TEST(DepthSweep, MixesNoEngines) {
  CaseList list;
  list.target("disk", TargetKind::block_device, DeviceClass::other);
  for (const std::uint32_t depth : {1, 32}) list.read("disk", depth, 1000.0 * depth);
  for (const int way : {0, 1, 2, 3, 4}) {
    StorageParameters one = plain;
    one.queue_depth = 8;
    if (way == 0) one.engine = Engine::pread;
    if (way == 1) one.sqpoll = true;
    if (way == 2) one.iopoll = true;
    if (way == 3) one.direct = false;
    if (way == 4) one.verify = true;
    EXPECT_FALSE(is_plain(one));
    list.add("disk", "random-read", one, 9999);
  }
  const DepthSweep sweep = depth_sweep(list.result, "disk", "random-read");
  ASSERT_EQ(sweep.points.size(), 2U);
  EXPECT_EQ(sweep.points[0].queue_depth, 1U);
  EXPECT_EQ(sweep.points[1].queue_depth, 32U);
}

TEST(DepthSweep, HasEachDepthOnceTheFasterNumberOfThreads) {
  CaseList list;
  list.target("disk", TargetKind::block_device, DeviceClass::other);
  StorageParameters one = plain;
  list.add("disk", "random-read", one, 1000);
  one.threads = 4;
  list.add("disk", "random-read", one, 3000);
  const DepthSweep sweep = depth_sweep(list.result, "disk", "random-read");
  ASSERT_EQ(sweep.points.size(), 1U);
  EXPECT_DOUBLE_EQ(sweep.points[0].iops, 3000);
}

}  // namespace
}  // namespace assay
