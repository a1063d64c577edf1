#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "reports/limits/token_bucket.hpp"
#include "reports/model/metric.hpp"
#include "tests/random_numbers.hpp"

namespace assay {

/// A bucket of `size` tokens, filled at `rate` a second in portions every `quantum_s`, in front of
/// a device that serves `depth` I/Os in latency_s each, at most device_rate of them a second.
struct SimulatedBucket {
  double rate = 1000;
  double size = 100;
  double quantum_s = 0.01;
  double latency_s = 100e-6;
  double device_rate = 200e3;
};

/// I/Os completed in each tick of a closed loop, stepped in tenths of the quantum.
inline std::vector<double> bucket_ticks(const SimulatedBucket& bucket, double depth, int ticks,
                                        double tick_s = 1) {
  const double step_s = bucket.quantum_s / 10;
  const double demand = std::min(depth / bucket.latency_s, bucket.device_rate) * step_s;
  const double per_quantum = bucket.rate * bucket.quantum_s;
  const auto steps = static_cast<int>(std::lround(tick_s / step_s));
  std::vector<double> rates;
  double tokens = bucket.size;
  int in_quantum = 0;
  for (int tick = 0; tick < ticks; ++tick) {
    double done = 0;
    for (int step = 0; step < steps; ++step) {
      const double served = std::min(demand, tokens);
      tokens -= served;
      done += served;
      if (++in_quantum == 10) {
        tokens = std::min(bucket.size + per_quantum, tokens + per_quantum);
        in_quantum = 0;
      }
    }
    rates.push_back(std::floor(done) / tick_s);
  }
  return rates;
}

/// A device without a limiter: IOPS = 1 / (latency^-1 + ...), a gradual knee, and noise of
/// `scatter` from tick to tick and from case to case.
inline std::vector<double> device_ticks(RandomNumbers& noise, double depth, double latency_s,
                                        double rate_max, double scatter, int ticks) {
  const double offered = depth / latency_s;
  const double mean = offered / std::pow(1 + std::pow(offered / rate_max, 3), 1.0 / 3);
  const double of_case = mean * (1 + scatter * noise.normal() / 2);
  std::vector<double> rates;
  for (int tick = 0; tick < ticks; ++tick) {
    rates.push_back(std::floor(of_case * (1 + scatter * noise.normal())));
  }
  return rates;
}

inline RatePoint rate_point(double depth, std::vector<double> rates) {
  RatePoint point;
  point.load = depth;
  const double mean = spread_of(rates).median;
  point.tick_rates = std::move(rates);
  point.latency_ns_p50 = depth / mean * 1e9;
  point.latency_ns_p99 = 3 * point.latency_ns_p50;
  return point;
}

}  // namespace assay
