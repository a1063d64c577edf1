#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "bench/measure/clock.hpp"
#include "bench/storage/closed_loop.hpp"
#include "bench/storage/file_handle.hpp"
#include "bench/storage/offsets.hpp"
#include "bench/storage/uring_ring.hpp"

/// Random 4 KiB reads of a file in the page cache at one queue depth, so that a counter of
/// instructions sees the measuring loop and little else. Arguments: queue depth, milliseconds.
/// Prints "ops N system_calls M".
int main(int argc, char** argv) {
  const std::uint32_t depth = argc > 1 ? static_cast<std::uint32_t>(std::atoi(argv[1])) : 128;
  const std::uint64_t milliseconds =
      argc > 2 ? static_cast<std::uint64_t>(std::atoi(argv[2])) : 1000;
  constexpr std::size_t size = 16U << 20;
  std::string name = "hot-loop-XXXXXX";
  const assay::FileHandle file(mkstemp(name.data()));
  assay::leave_access_time(file.get());
  unlink(name.c_str());
  const std::vector<char> data(size, 'x');
  if (pwrite(file.get(), data.data(), size, 0) != static_cast<ssize_t>(size)) return 1;

  assay::UringRing ring({file.get(), depth, 4096, 1});
#if defined(__x86_64__)
  const auto clock = assay::TscClock::calibrated();
#else
  const std::optional<assay::SystemClock> clock;
#endif
  if (!clock) return 77;  // another clock costs other instructions
  assay::RandomOffsets offsets(size, 4096, 1);
  assay::LoopSpec spec;
  spec.queue_depth = depth;
  // One tick, whatever the length: closing it is no part of an I/O.
  spec.times = {0, milliseconds * 1'000'000, 10'000'000'000};
  const assay::LoopResult loop =
      assay::run_closed_loop<assay::Operation::read>(ring, *clock, offsets, spec, {});
  std::printf("ops %llu system_calls %llu\n", static_cast<unsigned long long>(loop.ops),
              static_cast<unsigned long long>(loop.system_calls));
  return loop.errors.empty() ? 0 : 1;
}
