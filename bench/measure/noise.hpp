#pragma once

#include <cstdint>

#include "reports/model/result.hpp"

namespace assay {

/// Sums over all CPUs since boot, in clock ticks, and this process's own CPU time in ns.
struct CpuTimes {
  std::uint64_t total = 0;
  std::uint64_t idle = 0;
  std::uint64_t iowait = 0;
  std::uint64_t steal = 0;
  std::uint64_t softirq = 0;
  std::uint64_t busy = 0;  // user, nice, system, irq, softirq
  std::uint64_t own_ns = 0;
  bool valid = false;
};

/// Parses the first line of /proc/stat; `valid` is false when it is not one.
CpuTimes parse_cpu_times(const char* stat_line);

/// What happened between two readings; `ticks_per_s` is sysconf(_SC_CLK_TCK). Load and frequency
/// are left at -1.
Noise noise_between(const CpuTimes& before, const CpuTimes& after, std::uint64_t ticks_per_s);

/// Owns the reading at the start of a case; `end` gives what else the machine did since then.
class NoiseMeter {
 public:
  NoiseMeter();
  Noise end() const;

 private:
  CpuTimes begin_;
};

/// CPU time of this process with all its threads (io_uring workers included), in ns.
std::uint64_t process_cpu_ns();

}  // namespace assay
