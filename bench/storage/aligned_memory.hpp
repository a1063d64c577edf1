#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace assay {

/// Owns anonymous memory for I/O buffers, aligned to 2 MiB, in huge pages where the kernel has
/// them.
class AlignedMemory {
 public:
  /// Throws std::system_error when the memory cannot be had.
  explicit AlignedMemory(std::size_t size_bytes);
  ~AlignedMemory();
  AlignedMemory(const AlignedMemory&) = delete;
  AlignedMemory& operator=(const AlignedMemory&) = delete;
  AlignedMemory(AlignedMemory&&) = delete;
  AlignedMemory& operator=(AlignedMemory&&) = delete;

  std::span<std::byte> bytes() const { return {data_, size_}; }

  /// Of the memory written so far: "2 MiB", "4 KiB" or "2 MiB and 4 KiB".
  std::string page_sizes() const;

 private:
  void* mapping_ = nullptr;
  std::size_t mapping_size_ = 0;
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace assay
