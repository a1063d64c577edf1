#include "bench/storage/verify.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/cpu/crc32c.hpp"

namespace assay {

namespace {

static_assert(std::endian::native == std::endian::little, "headers are stored as they lie");

constexpr std::uint64_t magic = 0x6B6C627961737361U;  // "assayblk"
constexpr std::size_t sector_bytes = 512;
constexpr std::size_t sectors = verify_unit_bytes / sector_bytes;

// State of a unit: an I/O has it; what lies there is not known; and the generation last written.
constexpr std::uint32_t busy = 1U << 31;
constexpr std::uint32_t unknown = 1U << 30;
constexpr std::uint32_t generation_mask = unknown - 1;

struct Header {
  std::uint64_t magic = 0;
  std::uint64_t offset = 0;
  std::uint64_t seed = 0;
  std::uint32_t generation = 0;
  std::uint32_t crc = 0;
};
static_assert(sizeof(Header) == 32);

struct SectorMark {
  std::uint32_t generation = 0;
  std::uint32_t mark = 0;
};

std::uint32_t mark_of(std::uint64_t offset, std::size_t sector, std::uint32_t generation) {
  const std::uint64_t mixed = (offset + sector * sector_bytes + 1) * 0x9E3779B97F4A7C15U ^
                              (generation * 0xE7037ED1A0B428DBU);
  return static_cast<std::uint32_t>((mixed * 0x9E3779B97F4A7C15U) >> 32);
}

Header header_of(std::span<const std::byte> unit) {
  Header header;
  std::memcpy(&header, unit.data(), sizeof header);
  return header;
}

std::uint32_t crc_of(std::span<std::byte> unit) {
  Header header = header_of(unit);
  const std::uint32_t stored = header.crc;
  header.crc = 0;
  std::memcpy(unit.data(), &header, sizeof header);
  const std::uint32_t crc = crc32c(unit);
  header.crc = stored;
  std::memcpy(unit.data(), &header, sizeof header);
  return crc;
}

/// Whether sectors of several writes to this place make up the unit.
bool is_torn(std::span<const std::byte> unit, const Header& header, std::uint64_t offset) {
  const bool header_is_ours = header.magic == magic && header.offset == offset;
  std::size_t marked = 0;
  bool differ = false;
  for (std::size_t sector = 1; sector < sectors; ++sector) {
    SectorMark mark;
    std::memcpy(&mark, unit.data() + sector * sector_bytes, sizeof mark);
    if (mark.mark != mark_of(offset, sector, mark.generation)) continue;
    ++marked;
    differ = differ || mark.generation != header.generation;
  }
  // Whole sectors of ours beside sectors that are not: those were never overwritten.
  const bool partly_foreign = marked > 0 && (!header_is_ours || marked < sectors - 1);
  return (header_is_ours && differ) || partly_foreign;
}

}  // namespace

void stamp_unit(std::span<std::byte> unit, std::uint64_t offset, std::uint64_t seed,
                std::uint32_t generation) {
  for (std::size_t sector = 1; sector < sectors; ++sector) {
    const SectorMark mark{generation, mark_of(offset, sector, generation)};
    std::memcpy(unit.data() + sector * sector_bytes, &mark, sizeof mark);
  }
  Header header{magic, offset, seed, generation, 0};
  std::memcpy(unit.data(), &header, sizeof header);
  header.crc = crc32c(unit);
  std::memcpy(unit.data(), &header, sizeof header);
}

UnitState check_unit(std::span<std::byte> unit, std::uint64_t offset, std::uint64_t seed,
                     std::uint32_t generation) {
  const Header header = header_of(unit);
  if (header.magic != magic || crc_of(unit) != header.crc) {
    return is_torn(unit, header, offset) ? UnitState::torn : UnitState::corrupt;
  }
  if (header.offset != offset) return UnitState::misplaced;
  if (header.seed != seed || header.generation < generation) return UnitState::stale;
  return header.generation == generation ? UnitState::intact : UnitState::corrupt;
}

VerifyTable::VerifyTable(std::uint64_t span_bytes, std::uint64_t seed)
    : units_(span_bytes / verify_unit_bytes),
      seed_(seed),
      state_(std::make_unique<std::atomic<std::uint32_t>[]>(units_)) {
  for (std::size_t i = 0; i < units_; ++i) state_[i].store(unknown);
}

void VerifyTable::filled() {
  for (std::size_t i = 0; i < units_; ++i) state_[i].store(1);
}

bool VerifyTable::claim(std::uint64_t offset, std::uint32_t size) {
  const std::size_t first = offset / verify_unit_bytes;
  const std::size_t end = (offset + size) / verify_unit_bytes;
  for (std::size_t i = first; i < end; ++i) {
    if ((state_[i].fetch_or(busy) & busy) == 0) continue;
    for (std::size_t taken = first; taken < i; ++taken) state_[taken].fetch_and(~busy);
    return false;
  }
  return true;
}

void VerifyTable::stamp(std::byte* block, std::uint64_t offset, std::uint32_t size) {
  for (std::uint32_t at = 0; at < size; at += verify_unit_bytes) {
    const std::uint32_t last = state_[(offset + at) / verify_unit_bytes].load() & generation_mask;
    stamp_unit({block + at, verify_unit_bytes}, offset + at, seed_, last + 1);
  }
}

void VerifyTable::written(std::uint64_t offset, std::uint32_t size, bool whole) {
  for (std::size_t i = offset / verify_unit_bytes; i < (offset + size) / verify_unit_bytes; ++i) {
    const std::uint32_t last = state_[i].load() & generation_mask;
    state_[i].store(whole ? last + 1 : (last + 1) | unknown);
  }
}

void VerifyTable::check(std::byte* block, std::uint64_t offset, std::uint32_t size, bool whole,
                        VerifyCounts& counts) {
  for (std::uint32_t at = 0; at < size; at += verify_unit_bytes) {
    std::atomic<std::uint32_t>& state = state_[(offset + at) / verify_unit_bytes];
    const std::uint32_t generation = state.load() & ~busy;
    state.store(generation);
    if (!whole || (generation & unknown) != 0) continue;
    ++counts.checked;
    const UnitState found =
        check_unit({block + at, verify_unit_bytes}, offset + at, seed_, generation);
    if (found == UnitState::intact) continue;
    const char* word = "corrupt";
    std::uint64_t* count = &counts.corrupt;
    if (found == UnitState::torn) {
      word = "torn";
      count = &counts.torn;
    } else if (found == UnitState::stale) {
      word = "stale";
      count = &counts.stale;
    } else if (found == UnitState::misplaced) {
      word = "misplaced";
      count = &counts.misplaced;
    }
    ++*count;
    if (counts.first.size() < bad_blocks_kept) counts.first.push_back({offset + at, word});
  }
}

}  // namespace assay
