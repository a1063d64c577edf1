#include "bench/storage/case_range.hpp"

#include <gtest/gtest.h>

#include "bench/measure/not_applicable.hpp"

namespace assay {
namespace {

constexpr std::uint64_t mib = 1U << 20;

StorageParameters aligned_to(std::uint32_t alignment_bytes) {
  StorageParameters parameters{Operation::read, Pattern::random, 4096, 4};
  parameters.range_begin_percent = 10;
  parameters.range_end_percent = 20;
  parameters.alignment_bytes = alignment_bytes;
  return parameters;
}

std::string refusal(const StorageParameters& parameters, std::uint64_t span_bytes) {
  try {
    range_of(parameters, span_bytes);
    return {};
  } catch (const NotApplicable& reason) {
    return reason.what();
  }
}

TEST(CaseRange, ItsEndsAreAligned) {
  const OffsetRange range = range_of(aligned_to(mib), 64 * mib);
  EXPECT_EQ(range.begin, 6 * mib);
  EXPECT_EQ(range.end, 12 * mib);
  EXPECT_EQ(range.places(4096), 6U);
}

TEST(CaseRange, ARangeBelowTheAlignmentIsRefusedInWords) {
  EXPECT_EQ(refusal(aligned_to(16 * mib), 64 * mib),
            "10 to 20 % of 64.0 MiB have room for 0 I/Os of 4k aligned to 16m, not for 1: give a "
            "larger --size, a wider range or a smaller alignment");
  EXPECT_EQ(refusal(aligned_to(16 * mib), 640 * mib), "");
}

TEST(CaseRange, BlocksInFlightThatAreCheckedNeedAPlaceEach) {
  StorageParameters parameters = aligned_to(2 * mib);  // three places
  EXPECT_EQ(refusal(parameters, 64 * mib), "");
  parameters.verify = true;
  EXPECT_NE(refusal(parameters, 64 * mib).find("room for 3 I/Os of 4k aligned to 2m, not for 4"),
            std::string::npos);
  parameters.queue_depth = 3;
  EXPECT_EQ(refusal(parameters, 64 * mib), "");
}

TEST(CaseRange, EachStreamNeedsAPlace) {
  StorageParameters parameters{Operation::read, Pattern::sequential, 1U << 20, 8};
  parameters.streams = 4;
  EXPECT_EQ(refusal(parameters, 4 * mib), "");
  EXPECT_NE(refusal(parameters, 3 * mib), "");
  parameters.streams = 1;
  parameters.threads = 4;
  EXPECT_NE(refusal(parameters, 3 * mib), "");
}

}  // namespace
}  // namespace assay
