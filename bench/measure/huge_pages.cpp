#include "bench/measure/huge_pages.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace assay {

std::uint64_t huge_page_bytes_in(std::istream& smaps, std::uint64_t begin, std::uint64_t end) {
  std::uint64_t bytes = 0;
  bool inside = false;
  for (std::string line; std::getline(smaps, line);) {
    std::istringstream words(line);
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    char dash = 0;
    // "7f0000000000-7f0040000000 rw-p ..." opens a mapping; field names start with a capital and
    // end with a colon, and "Anon" is no number followed by a dash.
    if (words >> std::hex >> first >> dash >> last && dash == '-') {
      inside = first < end && last > begin;
      continue;
    }
    std::uint64_t kib = 0;
    std::string name;
    std::istringstream field(line);
    if (inside && field >> name >> kib && name == "AnonHugePages:") bytes += kib * 1024;
  }
  return std::min(bytes, end - begin);
}

std::uint64_t huge_page_bytes_of(const void* data, std::uint64_t bytes) {
  std::ifstream smaps("/proc/self/smaps");
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  return huge_page_bytes_in(smaps, begin, begin + bytes);
}

std::string page_size_text(std::uint64_t huge_bytes, std::uint64_t region_bytes,
                           std::uint64_t page_bytes) {
  std::string small = fmt::format("{} KiB", page_bytes / 1024);
  if (huge_bytes == 0) return small;
  // A page of a page table, 8 bytes an entry, leads to one huge page.
  const std::string huge = fmt::format("{} MiB", page_bytes * (page_bytes / 8) >> 20);
  return huge_bytes >= region_bytes ? huge : huge + " and " + small;
}

HugePageReport report_huge_pages(MemoryPages asked, std::uint64_t huge_bytes,
                                 std::uint64_t region_bytes, std::uint64_t page_bytes,
                                 const std::string& what) {
  constexpr double mib = 1024.0 * 1024.0;
  const bool large = region_bytes >= (std::uint64_t{1} << 30);
  const double unit = large ? mib * 1024.0 : mib;
  const std::string text =
      fmt::format("{:.{}f} of {:.{}f} {}", static_cast<double>(huge_bytes) / unit, large ? 2 : 0,
                  static_cast<double>(region_bytes) / unit, large ? 2 : 0, large ? "GiB" : "MiB");
  const std::string small = page_size_text(0, region_bytes, page_bytes);
  HugePageReport report{.obtained = text,
                        .page_size = page_size_text(huge_bytes, region_bytes, page_bytes),
                        .flag = {}};
  if (asked == MemoryPages::small) {
    if (huge_bytes > 0)
      report.flag = fmt::format("{} in huge pages, although none was asked for", text);
  } else if (huge_bytes < region_bytes - region_bytes / 10) {
    report.flag = fmt::format("only {} in huge pages: {} is that of {} pages", text, what, small);
  }
  return report;
}

std::uint64_t page_size_bytes() { return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace assay
