#pragma once

#include <cstdint>
#include <istream>
#include <string>

#include "reports/model/plan.hpp"

namespace assay {

/// Sum in bytes of AnonHugePages over the mappings of an smaps file (proc_pid_smaps(5)) that
/// overlap [begin, end), at most end - begin.
std::uint64_t huge_page_bytes_in(std::istream& smaps, std::uint64_t begin, std::uint64_t end);

/// The same of this process, from /proc/self/smaps, for `bytes` of memory from `data` on; 0 when it
/// cannot be read.
std::uint64_t huge_page_bytes_of(const void* data, std::uint64_t bytes);

/// The size of the pages of a region of which `huge_bytes` are in huge pages: "2 MiB", "4 KiB" or
/// "2 MiB and 4 KiB"; on Arm 512 MiB where ordinary ones have 64 KiB.
std::string page_size_text(std::uint64_t huge_bytes, std::uint64_t region_bytes,
                           std::uint64_t page_bytes);

/// What huge pages were obtained, "192 of 192 MiB"; the size of the pages; and the warning
/// when it is not what was asked for: less than nine tenths of the region in huge pages, or any of
/// it (empty otherwise). `what` is the quantity that then differs.
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
