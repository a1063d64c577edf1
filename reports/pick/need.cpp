#include "reports/pick/need.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "reports/model/units.hpp"

namespace assay {

namespace {

constexpr double amount_max = 1e15;
constexpr double block_bytes_max = 1U << 30;

struct Word {
  std::string_view text;
  std::size_t column = 0;  // from 1
};

struct SubjectName {
  std::string_view name;
  NeedSubject subject;
};
constexpr std::array<SubjectName, 6> subjects = {{{"instance-store", NeedSubject::instance_store},
                                                  {"ebs", NeedSubject::ebs},
                                                  {"memory", NeedSubject::memory},
                                                  {"gpu-memory", NeedSubject::gpu_memory},
                                                  {"vcpus", NeedSubject::vcpus},
                                                  {"gpus", NeedSubject::gpus}}};

struct WorkloadName {
  std::string_view name;
  std::string_view workload;
};
constexpr std::array<WorkloadName, 6> workloads = {{{"random-read", "random-read"},
                                                    {"random-write", "random-write"},
                                                    {"seq-read", "sequential-read"},
                                                    {"seq-write", "sequential-write"},
                                                    {"sequential-read", "sequential-read"},
                                                    {"sequential-write", "sequential-write"}}};

struct UnitName {
  std::string_view name;
  NeedQuantity quantity;
  double scale;
};
constexpr std::array<UnitName, 7> units = {{{"iops", NeedQuantity::iops, 1},
                                            {"IOPS", NeedQuantity::iops, 1},
                                            {"GB/s", NeedQuantity::bytes_per_s, 1e9},
                                            {"MB/s", NeedQuantity::bytes_per_s, 1e6},
                                            {"TB/s", NeedQuantity::bytes_per_s, 1e12},
                                            {"GiB", NeedQuantity::bytes, 1073741824.0},
                                            {"TiB", NeedQuantity::bytes, 1099511627776.0}}};

bool is_storage(NeedSubject subject) {
  return subject == NeedSubject::instance_store || subject == NeedSubject::ebs;
}

/// Words of one requirement; >= and <= are words of their own, also without blanks.
std::vector<Word> words_of(std::string_view need, std::size_t begin, std::size_t end) {
  std::vector<Word> words;
  for (std::size_t i = begin; i < end;) {
    if (need[i] == ' ' || need[i] == '\t' || need[i] == '\n') {
      ++i;
      continue;
    }
    const std::size_t first = i;
    constexpr std::string_view signs = "<>=";
    const bool sign = signs.find(need[i]) != std::string_view::npos;
    while (i < end && need[i] != ' ' && need[i] != '\t' && need[i] != '\n' &&
           (signs.find(need[i]) != std::string_view::npos) == sign) {
      ++i;
    }
    words.push_back({need.substr(first, i - first), first + 1});
  }
  return words;
}

/// Owns the place in one requirement.
class Parser {
 public:
  Parser(std::string_view need, std::vector<Word> words, std::size_t end_column)
      : need_(need), words_(std::move(words)), end_column_(end_column) {}

  Requirement parse() {
    Requirement one;
    const std::size_t first = words_.front().column;
    one.text = std::string(
        need_.substr(first - 1, words_.back().column - first + words_.back().text.size()));
    one.subject = subject();
    double scale = 1;
    if (is_storage(one.subject)) workload(one);
    if (one.subject == NeedSubject::vcpus || one.subject == NeedSubject::gpus) {
      one.quantity = NeedQuantity::count;
    } else {
      scale = unit(one);
    }
    expect(">=", "'>=': the least that is needed");
    one.amount = amount() * scale;
    while (at_ < words_.size()) option(one);
    return one;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw NeedError(need_, at_ < words_.size() ? words_[at_].column : end_column_, what);
  }

  std::string_view next(const char* wanted) {
    if (at_ >= words_.size()) fail(std::string("expected ") + wanted);
    return words_[at_].text;
  }

  void expect(std::string_view word, const char* wanted) {
    if (next(wanted) != word) fail(std::string("expected ") + wanted);
    ++at_;
  }

  NeedSubject subject() {
    constexpr const char* wanted = "instance-store, ebs, memory, gpu-memory, vcpus or gpus";
    const std::string_view word = next(wanted);
    for (const SubjectName& one : subjects) {
      if (one.name != word) continue;
      ++at_;
      return one.subject;
    }
    fail(std::string("expected ") + wanted);
  }

  void workload(Requirement& one) {
    constexpr const char* wanted =
        "a workload: random-read, random-write, seq-read or seq-write, with /4k or another size";
    const std::string_view word = next(wanted);
    const std::size_t slash = word.find('/');
    const std::string_view name = word.substr(0, slash);
    const auto found = std::find_if(workloads.begin(), workloads.end(),
                                    [&](const WorkloadName& known) { return known.name == name; });
    if (found == workloads.end()) fail(std::string("expected ") + wanted);
    one.workload = std::string(found->workload);
    if (slash != std::string_view::npos) {
      const auto bytes = parse_size(word.substr(slash + 1));
      if (!bytes || *bytes == 0 || static_cast<double>(*bytes) > block_bytes_max) {
        fail("expected a block size after the slash, such as /4k or /128k");
      }
      one.block_bytes = static_cast<std::uint32_t>(*bytes);
    }
    ++at_;
  }

  double unit(Requirement& one) {
    const bool storage = is_storage(one.subject);
    const char* wanted = storage ? "iops, GB/s or MB/s" : "GB/s or GiB";
    const std::string_view word = next(wanted);
    for (const UnitName& known : units) {
      const bool fits =
          storage ? known.quantity != NeedQuantity::bytes : known.quantity != NeedQuantity::iops;
      if (known.name != word || !fits) continue;
      one.quantity = known.quantity;
      ++at_;
      return known.scale;
    }
    fail(std::string("expected ") + wanted);
  }

  double amount() {
    constexpr const char* wanted = "a number above 0, such as 400k or 1.5";
    std::string_view word = next(wanted);
    double scale = 1;
    if (word.ends_with('k') || word.ends_with('K')) scale = 1e3;
    if (word.ends_with('M')) scale = 1e6;
    if (scale > 1) word.remove_suffix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || !(value > 0) ||
        value * scale > amount_max) {
      fail(std::string("expected ") + wanted);
    }
    ++at_;
    return value * scale;
  }

  void option(Requirement& one) {
    const std::string_view word = words_[at_].text;
    if (word == "burst" && one.subject == NeedSubject::ebs) {
      ++at_;
      expect("ok", "'ok' after 'burst'");
      one.burst = BurstRule::accepted;
      return;
    }
    if (word != "at" || !is_storage(one.subject) || !one.latency_metric.empty()) {
      fail("expected ';' and another requirement" +
           std::string(is_storage(one.subject) ? ", or 'at p99 <= 1 ms'" : "") +
           (one.subject == NeedSubject::ebs ? ", or 'burst ok'" : ""));
    }
    ++at_;
    const std::string_view percentile = next("p50, p90, p99, p99.9 or mean");
    if (percentile != "p50" && percentile != "p90" && percentile != "p99" &&
        percentile != "p99.9" && percentile != "mean") {
      fail("expected p50, p90, p99, p99.9 or mean");
    }
    one.latency_metric = "latency/" + std::string(percentile);
    ++at_;
    expect("<=", "'<=': the longest that is allowed");
    one.latency_ns_max = time_ns();
  }

  double time_ns() {
    constexpr const char* wanted = "a time such as 1 ms or 250us";
    std::string text(next(wanted));
    ++at_;
    const bool bare = text.find_first_not_of("0123456789.") == std::string::npos;
    if (bare && at_ < words_.size()) text += words_[at_++].text;
    struct TimeUnit {
      std::string_view name;
      double ns;
    };
    constexpr std::array<TimeUnit, 4> time_units = {
        {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}}};
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const TimeUnit& one : time_units) {
      if (error == std::errc() && rest == one.name && value > 0) return value * one.ns;
    }
    --at_;
    fail(std::string("expected ") + wanted);
  }

  std::string_view need_;
  std::vector<Word> words_;
  std::size_t end_column_;
  std::size_t at_ = 0;
};

}  // namespace

NeedError::NeedError(std::string_view need, std::size_t column, const std::string& what)
    : std::runtime_error(fmt::format("column {}: {}\n  {}\n  {}^", column, what, need,
                                     std::string(column - 1, ' '))),
      column_(column) {}

std::vector<Requirement> parse_need(std::string_view need) {
  std::vector<Requirement> all;
  for (std::size_t begin = 0; begin <= need.size();) {
    const std::size_t end = std::min(need.find(';', begin), need.size());
    const std::vector<Word> words = words_of(need, begin, end);
    if (!words.empty()) all.push_back(Parser(need, words, end + 1).parse());
    begin = end + 1;
  }
  if (all.empty()) {
    throw NeedError(need, 1, "expected a requirement such as 'memory GiB >= 256'");
  }
  return all;
}

}  // namespace assay
