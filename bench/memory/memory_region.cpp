#include "bench/memory/memory_region.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

}  // namespace

MemoryRegion::MemoryRegion(std::size_t bytes, MemoryPages pages)
    : size_bytes_((bytes + huge_page - 1) / huge_page * huge_page) {
  // One huge page more than needed, so that an aligned part of the right size is in it.
  const std::size_t mapped = size_bytes_ + huge_page;
  void* start = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) {
    throw std::runtime_error(
        fmt::format("map {} of memory: {} (free memory, or raise the limit of `ulimit -v`)",
                    format_bytes(static_cast<double>(mapped)), std::strerror(errno)));
  }
  auto* first = static_cast<std::byte*>(start);
  const std::size_t past = reinterpret_cast<std::uintptr_t>(first) % huge_page;
  const std::size_t head = past == 0 ? 0 : huge_page - past;
  if (head > 0) munmap(first, head);
  data_ = first + head;
  munmap(data_ + size_bytes_, mapped - head - size_bytes_);
  // Refused where the kernel has no transparent huge pages; smaps then tells that none came.
  madvise(data_, size_bytes_, pages == MemoryPages::huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

MemoryRegion::~MemoryRegion() { munmap(data_, size_bytes_); }

std::uint64_t MemoryRegion::huge_page_bytes() const {
  std::ifstream smaps("/proc/self/smaps");
  const auto begin = reinterpret_cast<std::uintptr_t>(data_);
  return huge_page_bytes_in(smaps, begin, begin + size_bytes_);
}

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

HugePageReport report_huge_pages(MemoryPages asked, std::uint64_t huge_bytes,
                                 std::uint64_t region_bytes, std::uint64_t page_bytes,
                                 const std::string& what) {
  constexpr double mib = 1024.0 * 1024.0;
  const bool large = region_bytes >= (std::uint64_t{1} << 30);
  const double unit = large ? mib * 1024.0 : mib;
  const std::string text =
      fmt::format("{:.{}f} of {:.{}f} {}", static_cast<double>(huge_bytes) / unit, large ? 2 : 0,
                  static_cast<double>(region_bytes) / unit, large ? 2 : 0, large ? "GiB" : "MiB");
  const std::string small = fmt::format("{} KiB", page_bytes / 1024);
  // A page of a page table, 8 bytes an entry, leads to one huge page.
  const std::string huge = fmt::format("{} MiB", page_bytes * (page_bytes / 8) >> 20);
  const bool none = huge_bytes == 0;
  const bool all = huge_bytes >= region_bytes;
  HugePageReport report{.obtained = text,
                        .page_size = none  ? small
                                     : all ? huge
                                           : huge + " and " + small,
                        .flag = {}};
  if (asked == MemoryPages::small) {
    if (!none) report.flag = fmt::format("{} in huge pages, although none was asked for", text);
  } else if (huge_bytes < region_bytes - region_bytes / 10) {
    report.flag = fmt::format("only {} in huge pages: {} is that of {} pages", text, what, small);
  }
  return report;
}

std::uint64_t page_size_bytes() { return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)); }

}  // namespace assay
