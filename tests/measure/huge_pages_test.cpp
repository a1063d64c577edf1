#include "bench/measure/huge_pages.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>

namespace assay {
namespace {

constexpr std::uint64_t mib = 1 << 20;
constexpr std::uint64_t kib4 = 4096;

// Three mappings, fields as in proc_pid_smaps(5); the file's own field names start with capitals
// that are hexadecimal digits, which must not be taken for addresses.
constexpr const char* smaps_text =
    "7f0000000000-7f0000400000 rw-p 00000000 00:00 0 \n"
    "Size:               4096 kB\n"
    "AnonHugePages:      4096 kB\n"
    "FilePmdMapped:         0 kB\n"
    "7f0000400000-7f0000800000 rw-p 00000000 00:00 0 \n"
    "AnonHugePages:      2048 kB\n"
    "VmFlags: rd wr mr mw me ac hg \n"
    "7f0000800000-7f0000c00000 rw-p 00000000 fe:00 123 /usr/lib/a-b.so\n"
    "AnonHugePages:      2048 kB\n";

std::uint64_t planted(std::uint64_t begin, std::uint64_t end) {
  std::istringstream smaps(smaps_text);
  return huge_page_bytes_in(smaps, begin, end);
}

TEST(HugePages, CountsTheMappingsOfTheRegionOnly) {
  EXPECT_EQ(planted(0x7f0000000000, 0x7f0000400000), 4 * mib);
  EXPECT_EQ(planted(0x7f0000400000, 0x7f0000800000), 2 * mib);
  EXPECT_EQ(planted(0x7f0000000000, 0x7f0000800000), 6 * mib);
  EXPECT_EQ(planted(0x7f0001000000, 0x7f0001400000), 0U);
}

TEST(HugePages, NeverMoreThanTheRegion) {
  EXPECT_EQ(planted(0x7f0000000000, 0x7f0000200000), 2 * mib);
}

TEST(HugePages, ReportSaysWhatWasObtained) {
  const HugePageReport all =
      report_huge_pages(MemoryPages::huge, 192 * mib, 192 * mib, kib4, "bandwidth");
  EXPECT_EQ(all.obtained, "192 of 192 MiB");
  EXPECT_EQ(all.page_size, "2 MiB");
  EXPECT_EQ(all.flag, "");
  const HugePageReport most =
      report_huge_pages(MemoryPages::huge, 1000 * mib, 1024 * mib, kib4, "bandwidth");
  EXPECT_EQ(most.obtained, "0.98 of 1.00 GiB");
  EXPECT_EQ(most.page_size, "2 MiB and 4 KiB");
  EXPECT_EQ(most.flag, "");
  const HugePageReport of_arm =
      report_huge_pages(MemoryPages::huge, 512 * mib, 1024 * mib, 64 * 1024, "bandwidth");
  EXPECT_EQ(of_arm.page_size, "512 MiB and 64 KiB");
}

TEST(HugePages, ReportWarnsWhenTheyAreMissing) {
  const HugePageReport few =
      report_huge_pages(MemoryPages::huge, 200 * mib, 1024 * mib, kib4, "bandwidth");
  EXPECT_EQ(few.flag, "only 0.20 of 1.00 GiB in huge pages: bandwidth is that of 4 KiB pages");
  const HugePageReport none =
      report_huge_pages(MemoryPages::huge, 0, 64 * mib, 64 * 1024, "latency");
  EXPECT_EQ(none.flag, "only 0 of 64 MiB in huge pages: latency is that of 64 KiB pages");
  EXPECT_EQ(none.page_size, "64 KiB");
}

}  // namespace
}  // namespace assay
