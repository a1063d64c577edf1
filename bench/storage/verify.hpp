#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "bench/storage/loop_result.hpp"
#include "bench/storage/ring.hpp"

namespace assay {

/// Data that can be checked is made of units of 4 KiB. Layout of one, little endian:
///    0 u64 magic "assayblk"   8 u64 offset in bytes   16 u64 seed   24 u32 generation
///   28 u32 CRC-32C of the unit with this field 0
/// and each further sector of 512 B begins with u32 generation, u32 mark (a function of offset,
/// sector and generation), so that a unit of which some sectors are older can be told from one
/// that is damaged.
constexpr std::uint32_t verify_unit_bytes = 4096;

/// Makes a unit that says where and as which generation it was written.
void stamp_unit(std::span<std::byte> unit, std::uint64_t offset, std::uint64_t seed,
                std::uint32_t generation);

enum class UnitState { intact, torn, stale, misplaced, corrupt };

/// What a unit read at `offset` is, when `generation` was written there last.
UnitState check_unit(std::span<std::byte> unit, std::uint64_t offset, std::uint64_t seed,
                     std::uint32_t generation);

/// Owns what was last written to each unit of a target: 4 B a unit. Threads share it.
class VerifyTable {
 public:
  VerifyTable(std::uint64_t span_bytes, std::uint64_t seed);

  /// Takes the units of a block for one I/O; false when another I/O has one of them: a read beside
  /// a write of the same block may rightly see parts of both.
  bool claim(std::uint64_t offset, std::uint32_t size);

  /// Stamps a claimed block as the next generation of each of its units.
  void stamp(std::byte* block, std::uint64_t offset, std::uint32_t size);

  /// Ends the claim; a write that failed leaves its units unknown until they are written again.
  void written(std::uint64_t offset, std::uint32_t size, bool whole);

  /// Checks what was read into a claimed block and ends the claim.
  void check(std::byte* block, std::uint64_t offset, std::uint32_t size, bool whole,
             VerifyCounts& counts);

  /// Says that all units were stamped as generation 1 by a fill with `seed()`.
  void filled();
  std::uint64_t seed() const { return seed_; }

 private:
  std::size_t units_;
  std::uint64_t seed_;
  std::unique_ptr<std::atomic<std::uint32_t>[]> state_;  // busy bit, generation
};

/// The data policy of one worker: blocks with headers, every read checked. See block_data.hpp.
class VerifiedData {
 public:
  static constexpr bool checks = true;

  explicit VerifiedData(VerifyTable& table) : table_(table) {}

  bool claim(std::uint64_t offset, std::uint32_t size) { return table_.claim(offset, size); }
  void stamp(std::byte* block, std::uint64_t offset, std::uint32_t size) {
    table_.stamp(block, offset, size);
  }
  void completed(IoKind kind, std::uint64_t offset, std::byte* block, std::uint32_t size,
                 bool whole) {
    if (kind == IoKind::write) return table_.written(offset, size, whole);
    table_.check(block, offset, size, whole, counts_);
  }
  const VerifyCounts& counts() const { return counts_; }

 private:
  VerifyTable& table_;
  VerifyCounts counts_;
};

}  // namespace assay
