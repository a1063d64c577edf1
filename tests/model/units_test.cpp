#include "reports/model/units.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Units, SizesAreParsedBinaryUnlessAnExplicitDecimalUnitIsGiven) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("4k"), 4096U);
  EXPECT_EQ(parse_size("128KiB"), 131072U);
  EXPECT_EQ(parse_size("1 GiB"), 1073741824U);
  EXPECT_EQ(parse_size("1.5G"), 1610612736U);
  EXPECT_EQ(parse_size("10GB"), 10'000'000'000U);
  EXPECT_EQ(parse_size("7 B"), 7U);
  for (const char* bad : {"", "k", "-1", "4x", "4kk", "1e400", "nan", "9000000T", "4 k b"}) {
    EXPECT_FALSE(parse_size(bad).has_value()) << bad;
  }
}

TEST(Units, DurationsAreParsed) {
  EXPECT_EQ(parse_duration_s("90"), 90.0);
  EXPECT_EQ(parse_duration_s("250ms"), 0.25);
  EXPECT_EQ(parse_duration_s("1.5s"), 1.5);
  EXPECT_EQ(parse_duration_s("2m"), 120.0);
  EXPECT_EQ(parse_duration_s("1h"), 3600.0);
  for (const char* bad : {"", "0", "-3", "5 days", "s", "inf"}) {
    EXPECT_FALSE(parse_duration_s(bad).has_value()) << bad;
  }
}

TEST(Units, ValuesKeepThreeSignificantDigits) {
  EXPECT_EQ(format_count(84), "84");
  EXPECT_EQ(format_count(16934), "16.9 k");
  EXPECT_EQ(format_count(999'999), "1.00 M");
  EXPECT_EQ(format_count(83'812), "83.8 k");
  EXPECT_EQ(format_duration_ns(850), "850 ns");
  EXPECT_EQ(format_duration_ns(36'210), "36.2 us");
  EXPECT_EQ(format_duration_ns(2.5e9), "2.50 s");
  EXPECT_EQ(format_byte_rate(1.234e9), "1.23 GB/s");
  EXPECT_EQ(format_byte_rate(0), "0 B/s");
  EXPECT_EQ(format_bytes(1024.0 * 1024 * 1024), "1.00 GiB");
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_value(16934, "1/s"), "16.9 k IOPS");
  EXPECT_EQ(format_value(12.345, "%"), "12.3 %");
}

TEST(Units, ShortSizesUseTheLargestWholeUnit) {
  EXPECT_EQ(short_size(4096), "4k");
  EXPECT_EQ(short_size(1 << 20), "1m");
  EXPECT_EQ(short_size(1536), "1536");
  EXPECT_EQ(short_size(512), "512");
}

}  // namespace
}  // namespace assay
