#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "bench/measure/run_control.hpp"
#include "reports/model/result.hpp"

namespace assay {

enum class ProgressStyle { one_line_rewritten, plain_lines };

/// Text of one state of progress, pure: "[ 3/28] storage/.../qd4  16.9 k IOPS  69.2 MB/s  |  0:12
/// elapsed, 1:20 left".
std::string progress_text(std::size_t number, std::size_t count, const std::string& what,
                          const LiveRates& rates, double elapsed_s, double left_s);

/// The headline of a finished case: rates and p50/p99 latency, or why there are none.
std::string case_headline(const CaseResult& result);

/// Owns what a run shows on stderr while it goes on.
class Progress {
 public:
  Progress(const Plan& plan, std::FILE* stream, ProgressStyle style);

  /// The steps that were measured by the runs before this one, by index: they take no time.
  void set_measured(std::vector<bool> measured) { measured_ = std::move(measured); }
  /// A step of the run begins. `number` counts from 1, in the execution order.
  void begin(std::size_t number, const std::string& what);
  /// Targets are filled before the next step.
  void note_filling(const std::string& what);
  void live(const LiveRates& rates);
  void end(std::size_t number, const CaseResult& result);
  /// A line that stays, above the progress line.
  void note(const std::string& line);

 private:
  using SteadyClock = std::chrono::steady_clock;

  double elapsed_s() const;
  double left_s() const;
  void rewrite(const std::string& text);
  void line(const std::string& text);

  std::vector<double> planned_s_;  // by step
  std::vector<bool> measured_;     // by step
  std::FILE* stream_;
  ProgressStyle style_;
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point case_start_ = SteadyClock::now();
  SteadyClock::time_point told_ = SteadyClock::now();
  std::size_t number_ = 0;
  bool measuring_ = false;  // and not filling, nor between two steps
  std::string what_;
};

/// one_line_rewritten when the stream is a terminal, plain_lines otherwise.
ProgressStyle style_for(std::FILE* stream);

}  // namespace assay
