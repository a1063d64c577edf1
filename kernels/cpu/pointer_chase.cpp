#include "kernels/cpu/pointer_chase.hpp"

#include <cassert>
#include <utility>

namespace assay {

namespace {

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
/// 2014).
std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

void build_random_cycle(std::span<ChaseLine> lines, std::uint64_t seed) {
  assert(!lines.empty());
  for (ChaseLine& line : lines) line.next = &line;
  std::uint64_t state = seed;
  for (std::size_t i = lines.size() - 1; i > 0; --i) {
    // Below i, never i itself: that is what makes one cycle. The bias of the remainder is below
    // lines / 2^64.
    std::swap(lines[i].next, lines[next_random(state) % i].next);
  }
}

const ChaseLine* chase(const ChaseLine* start, std::size_t steps) {
  const ChaseLine* line = start;
  for (std::size_t i = 0; i < steps; ++i) line = line->next;
  return line;
}

}  // namespace assay
