#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>

#include "reports/model/plan.hpp"

namespace assay {

/// Owns one anonymous mapping, aligned to 2 MiB, for which huge pages were asked with
/// madvise(MADV_HUGEPAGE), or forbidden with MADV_NOHUGEPAGE. Pages are untouched: the thread that
/// writes one first decides its node.
class MemoryRegion {
 public:
  /// Rounded up to whole 2 MiB. Throws std::runtime_error in words when the system refuses.
  explicit MemoryRegion(std::size_t bytes, MemoryPages pages = MemoryPages::huge);
  ~MemoryRegion();
  MemoryRegion(const MemoryRegion&) = delete;
  MemoryRegion& operator=(const MemoryRegion&) = delete;
  MemoryRegion(MemoryRegion&&) = delete;
  MemoryRegion& operator=(MemoryRegion&&) = delete;

  std::byte* data() const { return data_; }
  std::size_t size_bytes() const { return size_bytes_; }

  /// Bytes of the region that huge pages back now, from /proc/self/smaps; 0 when unreadable.
  std::uint64_t huge_page_bytes() const;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_bytes_ = 0;
};

/// Sum in bytes of AnonHugePages over the mappings of an smaps file (proc_pid_smaps(5)) that
/// overlap [begin, end), at most end - begin.
std::uint64_t huge_page_bytes_in(std::istream& smaps, std::uint64_t begin, std::uint64_t end);

/// What huge pages were obtained, "192 of 192 MiB"; the size of the pages, "2 MiB", "4 KiB" or "2
/// MiB and 4 KiB" (on Arm 512 MiB where ordinary ones have 64 KiB); and the warning when it is not
/// what was asked for: less than nine tenths of the region in huge pages, or any of it (empty
/// otherwise). `what` is the quantity that then differs.
struct HugePageReport {
  std::string obtained;
  std::string page_size;
  std::string flag;
};
HugePageReport report_huge_pages(MemoryPages asked, std::uint64_t huge_bytes,
                                 std::uint64_t region_bytes, std::uint64_t page_bytes,
                                 const std::string& what);

/// Size of an ordinary page in bytes.
std::uint64_t page_size_bytes();

}  // namespace assay
