#include "bench/storage/aligned_memory.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "bench/measure/huge_pages.hpp"

namespace assay {

namespace {
constexpr std::size_t huge_page_bytes = std::size_t{2} << 20;
}

AlignedMemory::AlignedMemory(std::size_t size_bytes)
    : mapping_size_((size_bytes + huge_page_bytes - 1) / huge_page_bytes * huge_page_bytes +
                    huge_page_bytes),
      size_(size_bytes) {
  mapping_ =
      mmap(nullptr, mapping_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping_ == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "memory for I/O buffers");
  }
  const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
  const std::size_t skip = (huge_page_bytes - address % huge_page_bytes) % huge_page_bytes;
  data_ = static_cast<std::byte*>(mapping_) + skip;
  // Advice only: with 4 KiB pages the I/O works as well.
  (void)madvise(data_, mapping_size_ - huge_page_bytes, MADV_HUGEPAGE);
}

AlignedMemory::~AlignedMemory() { munmap(mapping_, mapping_size_); }

std::string AlignedMemory::page_sizes() const {
  return page_size_text(huge_page_bytes_of(data_, size_), size_, page_size_bytes());
}

}  // namespace assay
