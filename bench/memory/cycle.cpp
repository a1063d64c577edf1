#include "bench/memory/cycle.hpp"

#include <algorithm>

#include "bench/measure/permutation.hpp"

namespace assay {

void link_random_cycle(std::span<ChaseLine> lines, std::uint64_t seed, WorkerTeam& team,
                       const RunControl& control) {
  constexpr std::uint64_t lines_between_looks = 1U << 16;
  const std::uint64_t size = lines.size();
  const Permutation order(size, seed);
  team.run([&](std::uint32_t thread) {
    const std::uint64_t begin = size / team.size() * thread;
    const std::uint64_t end = thread + 1 == team.size() ? size : begin + size / team.size();
    std::uint64_t at = begin < end ? order.at(begin) : 0;
    for (std::uint64_t i = begin; i < end; ++i) {
      if (i % lines_between_looks == 0 && control.stop_requested()) return;
      const std::uint64_t next = order.at(i + 1 == size ? 0 : i + 1);
      lines[at].next = &lines[next];
      at = next;
    }
  });
}

}  // namespace assay
