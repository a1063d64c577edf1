#include "bench/memory/memory_region.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "bench/measure/huge_pages.hpp"

namespace assay {
namespace {

constexpr std::uint64_t mib = 1 << 20;

TEST(MemoryRegion, IsAlignedRoundedAndWritable) {
  const MemoryRegion region(3 * mib + 1);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(region.data()) % (2 * mib), 0U);
  EXPECT_EQ(region.size_bytes(), 4 * mib);
  EXPECT_EQ(region.huge_page_bytes(), 0U) << "nothing was touched yet";
  std::memset(region.data(), 1, region.size_bytes());
  EXPECT_LE(region.huge_page_bytes(), region.size_bytes());
}

TEST(MemoryRegion, SmallPagesAreSmall) {
  MemoryRegion region(8 * mib, MemoryPages::small);
  for (std::size_t i = 0; i < region.size_bytes(); i += 4096) region.data()[i] = std::byte{1};
  EXPECT_EQ(region.huge_page_bytes(), 0U);
  const HugePageReport report = report_huge_pages(MemoryPages::small, 0, 8 * mib, 4096, "latency");
  EXPECT_EQ(report.page_size, "4 KiB");
  EXPECT_EQ(report.flag, "");
  EXPECT_EQ(report_huge_pages(MemoryPages::small, 2 * mib, 8 * mib, 4096, "latency").flag,
            "2 of 8 MiB in huge pages, although none was asked for");
}

TEST(MemoryRegion, TooMuchIsAnErrorInWords) {
  try {
    const MemoryRegion region(std::size_t{1} << 60);
    FAIL() << "an exbibyte was mapped";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("map 1048576 TiB of memory"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace assay
