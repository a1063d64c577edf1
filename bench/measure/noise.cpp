#include "bench/measure/noise.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace assay {

namespace {

CpuTimes read_cpu_times() {
  std::ifstream stat("/proc/stat");
  std::string line;
  std::getline(stat, line);
  CpuTimes times = parse_cpu_times(line.c_str());
  times.own_ns = process_cpu_ns();
  return times;
}

double read_load_1m() {
  std::ifstream file("/proc/loadavg");
  double load = -1;
  return file >> load ? load : -1;
}

/// Mean of the "cpu MHz" lines of /proc/cpuinfo; -1 where there are none (arm64).
double read_cpu_mhz() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  double sum = 0;
  int count = 0;
  while (std::getline(file, line)) {
    if (line.rfind("cpu MHz", 0) != 0) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    sum += std::strtod(line.c_str() + colon + 1, nullptr);
    ++count;
  }
  return count == 0 ? -1 : sum / count;
}

}  // namespace

CpuTimes parse_cpu_times(const char* stat_line) {
  std::istringstream words(stat_line);
  std::string label;
  std::uint64_t user = 0;
  std::uint64_t nice = 0;
  std::uint64_t system = 0;
  std::uint64_t irq = 0;
  CpuTimes times;
  words >> label >> user >> nice >> system >> times.idle >> times.iowait >> irq >> times.softirq >>
      times.steal;
  times.valid = label == "cpu" && !words.fail();
  times.busy = user + nice + system + irq + times.softirq;
  times.total = times.busy + times.idle + times.iowait + times.steal;
  return times;
}

Noise noise_between(const CpuTimes& before, const CpuTimes& after, std::uint64_t ticks_per_s) {
  Noise noise;
  if (!before.valid || !after.valid || after.total <= before.total) return noise;
  const auto total = static_cast<double>(after.total - before.total);
  const auto percent = [&](std::uint64_t from, std::uint64_t to) {
    // iowait may go backwards between two readings.
    return to > from ? 100.0 * static_cast<double>(to - from) / total : 0.0;
  };
  noise.steal_percent = percent(before.steal, after.steal);
  noise.iowait_percent = percent(before.iowait, after.iowait);
  noise.softirq_percent = percent(before.softirq, after.softirq);
  const double own_percent = 100.0 * static_cast<double>(after.own_ns - before.own_ns) / 1e9 *
                             static_cast<double>(ticks_per_s) / total;
  noise.foreign_cpu_percent = std::max(0.0, percent(before.busy, after.busy) - own_percent);
  return noise;
}

NoiseMeter::NoiseMeter() : begin_(read_cpu_times()) {}

Noise NoiseMeter::end() const {
  const long ticks_per_s = sysconf(_SC_CLK_TCK);
  Noise noise = noise_between(begin_, read_cpu_times(), static_cast<std::uint64_t>(ticks_per_s));
  noise.load_1m = read_load_1m();
  noise.cpu_mhz = read_cpu_mhz();
  return noise;
}

std::uint64_t process_cpu_ns() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto ns = [](const timeval& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_usec) * 1'000U;
  };
  return ns(usage.ru_utime) + ns(usage.ru_stime);
}

}  // namespace assay
