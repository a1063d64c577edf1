#include "bench/gpu/block_mover.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "bench/storage/aligned_memory.hpp"
#include "reports/model/units.hpp"

namespace assay {

std::string what_was_moved(const LaneSpec& spec, std::uint64_t turn) {
  return fmt::format("{} of {} at offset {}",
                     spec.operation == Operation::read ? "a read" : "a write",
                     short_size(spec.block_bytes), spec.offset_of(turn));
}

std::string compare_with_stored(const LaneSpec& spec, std::uint64_t turn,
                                std::span<const std::byte> at_gpu) {
  const AlignedMemory stored(spec.block_bytes);
  const std::uint64_t offset = spec.offset_of(turn);
  const ssize_t got =
      pread(spec.file->get(), stored.bytes().data(), spec.block_bytes, static_cast<off_t>(offset));
  if (got != static_cast<ssize_t>(spec.block_bytes)) {
    return fmt::format("the block at offset {} cannot be read again: {}", offset,
                       got < 0 ? std::generic_category().message(errno) : "it is shorter now");
  }
  const auto [left, right] =
      std::mismatch(stored.bytes().begin(), stored.bytes().end(), at_gpu.begin());
  if (left == stored.bytes().end()) return "";
  return fmt::format("wrong data: what is stored at offset {} and what the GPU holds of it differ",
                     offset + static_cast<std::uint64_t>(left - stored.bytes().begin()));
}

void flush_lane(const LaneSpec& spec) {
  if (spec.operation == Operation::read || fdatasync(spec.file->get()) == 0) return;
  throw std::system_error(errno, std::generic_category(), "fdatasync of what the GPU wrote");
}

}  // namespace assay
