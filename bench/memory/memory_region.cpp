#include "bench/memory/memory_region.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "bench/measure/huge_pages.hpp"
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
  return huge_page_bytes_of(data_, size_bytes_);
}

}  // namespace assay
