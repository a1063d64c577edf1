#include "bench/gpu/block_mover.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "bench/storage/aligned_memory.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

/// The first difference to what the drive holds, or what failed, or nothing.
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

/// Whether what `last_turns[buffer]` wrote must be what its place holds.
bool is_certain(const LaneSpec& spec, std::span<const std::uint64_t> last_turns,
                std::uint64_t turns, std::size_t buffer) {
  if (spec.is_read()) return true;
  if (last_turns[buffer] + spec.places() < turns) return false;
  return std::count_if(last_turns.begin(), last_turns.end(), [&](std::uint64_t turn) {
           return spec.offset_of(turn) == spec.offset_of(last_turns[buffer]);
         }) == 1;
}

}  // namespace

std::string what_was_moved(const LaneSpec& spec, std::uint64_t turn) {
  return fmt::format("{} of {} at offset {}", spec.is_read() ? "a read" : "a write",
                     short_size(spec.block_bytes), spec.offset_of(turn));
}

std::string check_last_blocks(const LaneSpec& spec, std::span<const std::uint64_t> last_turns,
                              std::uint64_t turns,
                              const std::function<void(std::uint32_t, std::byte*)>& fetch,
                              std::uint64_t& checked) {
  const AlignedMemory at_gpu(spec.block_bytes);
  for (std::uint32_t i = 0; i < last_turns.size(); ++i) {
    if (!is_certain(spec, last_turns, turns, i)) continue;
    fetch(i, at_gpu.bytes().data());
    ++checked;
    std::string difference = compare_with_stored(spec, last_turns[i], at_gpu.bytes());
    if (!difference.empty()) return difference;
  }
  return "";
}

void flush_lane(const LaneSpec& spec) {
  if (spec.is_read() || fdatasync(spec.file->get()) == 0) return;
  throw std::system_error(errno, std::generic_category(), "fdatasync of what the GPU wrote");
}

}  // namespace assay
