#include "runners/run/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/plan/execution_order.hpp"

namespace assay {

namespace {

constexpr double plain_live_interval_s = 10;

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::lround(std::max(0.0, seconds)));
  return fmt::format("{}:{:02d}", whole / 60, whole % 60);
}

std::size_t terminal_columns(std::FILE* stream) {
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

}  // namespace

std::string progress_text(std::size_t number, std::size_t count, const std::string& what,
                          const LiveRates& rates, double elapsed_s, double left_s) {
  std::string live;
  if (rates.ops_per_s > 0) live += "  " + format_value(rates.ops_per_s, "1/s");
  if (rates.bytes_per_s > 0) live += "  " + format_byte_rate(rates.bytes_per_s);
  return fmt::format("[{:>2}/{}] {}{}  |  {} elapsed, {} left", number, count, what, live,
                     clock_text(elapsed_s), clock_text(left_s));
}

std::string case_headline(const CaseResult& result) {
  if (result.status != CaseStatus::ok) {
    return fmt::format("{}: {}", name_of(result.status), result.reason);
  }
  std::string text;
  const auto add = [&](const char* name, const char* prefix) {
    const Metric* metric = find_metric(result.metrics, name);
    if (metric == nullptr) return;
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", prefix,
                        format_value(metric->value, metric->unit));
  };
  add("iops", "");
  add("bandwidth", "");
  add("latency/p50", "p50 ");
  add("latency/p99", "p99 ");
  add("latency/load", "load ");
  return text;
}

Progress::Progress(const Plan& plan, std::FILE* stream, ProgressStyle style)
    : stream_(stream), style_(style) {
  for (const Step& step : execution_order(plan)) {
    const Case& item = plan.cases[step.case_index];
    const double parts = step.round == 0 ? 1 : plan.rounds;
    planned_s_.push_back(item.skip_reason.empty() ? item.warm_up_s + item.duration_s / parts : 0);
  }
}

double Progress::elapsed_s() const {
  return std::chrono::duration<double>(SteadyClock::now() - start_).count();
}

double Progress::left_s() const {
  const double in_step = std::chrono::duration<double>(SteadyClock::now() - case_start_).count();
  double left = 0;
  for (std::size_t i = number_ == 0 ? 0 : number_ - 1; i < planned_s_.size(); ++i) {
    if (i < measured_.size() && measured_[i]) continue;
    // What runs may take longer than planned; the others are not begun.
    const bool runs = measuring_ && i + 1 == number_;
    left += runs ? std::max(0.0, planned_s_[i] - in_step) : planned_s_[i];
  }
  return left;
}

void Progress::note_filling(const std::string& what) {
  what_ = fmt::format("fill {} before the next cases", what);
  number_ = std::max<std::size_t>(1, number_);
  measuring_ = false;
  case_start_ = SteadyClock::now();
  told_ = case_start_;
  live({});
}

void Progress::begin(std::size_t number, const std::string& what) {
  number_ = number;
  what_ = what;
  measuring_ = true;
  case_start_ = SteadyClock::now();
  told_ = case_start_;
  live({});
}

void Progress::live(const LiveRates& rates) {
  const std::string text =
      progress_text(number_, planned_s_.size(), what_, rates, elapsed_s(), left_s());
  if (style_ == ProgressStyle::one_line_rewritten) return rewrite(text);
  const auto now = SteadyClock::now();
  if (std::chrono::duration<double>(now - told_).count() < plain_live_interval_s) return;
  told_ = now;
  line(text);
}

void Progress::end(std::size_t number, const CaseResult& result) {
  number_ = number + 1;
  measuring_ = false;
  case_start_ = SteadyClock::now();
  const std::string headline = result.id + "  " + case_headline(result);
  if (style_ == ProgressStyle::one_line_rewritten) {
    return note(fmt::format("[{:>2}/{}] {}", number, planned_s_.size(), headline));
  }
  line(progress_text(number, planned_s_.size(), headline, {}, elapsed_s(), left_s()));
}

void Progress::note(const std::string& text) {
  if (style_ == ProgressStyle::one_line_rewritten) std::fputs("\r\x1b[K", stream_);
  line(text);
}

void Progress::rewrite(const std::string& text) {
  // fputs, not fmt::print: a closed stderr must not end a run.
  const std::string line = "\r\x1b[K" + text.substr(0, terminal_columns(stream_) - 1);
  std::fputs(line.c_str(), stream_);
  std::fflush(stream_);
}

void Progress::line(const std::string& text) {
  std::fputs((text + "\n").c_str(), stream_);
  std::fflush(stream_);
}

ProgressStyle style_for(std::FILE* stream) {
  return isatty(fileno(stream)) == 1 ? ProgressStyle::one_line_rewritten
                                     : ProgressStyle::plain_lines;
}

}  // namespace assay
