#pragma once

#include <cstddef>
#include <cstdint>

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

}  // namespace assay
