#include "bench/storage/storage_case.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <thread>

#include "bench/measure/cpu_topology.hpp"
#include "bench/storage/storage_metrics.hpp"
#include "bench/storage/tick_board.hpp"
#include "bench/storage/worker.hpp"

namespace assay {

namespace {

std::uint64_t to_ns(double seconds) {
  return static_cast<std::uint64_t>(std::llround(seconds * 1e9));
}

/// Short enough for the interval of a median to exist (six ticks) at the shortest time allowed.
constexpr double ticks_before_minimum = 10;
constexpr double tick_s = 1;
constexpr double tick_s_min = 0.1;

double tick_length_s(const Case& item) {
  if (item.steady_state) return std::min(tick_s, item.steady_state->round_s);
  if (!item.confidence) return tick_s;
  return std::clamp(item.confidence->minimum_s / ticks_before_minimum, tick_s_min, tick_s);
}

/// The part-th of `parts` shares of a whole: they differ by one at most and add up.
std::uint32_t share_of(std::uint32_t whole, std::uint32_t part, std::uint32_t parts) {
  return whole / parts + (part < whole % parts ? 1 : 0);
}

OffsetRange range_of(const StorageParameters& parameters, std::uint64_t span_bytes) {
  const std::uint64_t alignment =
      parameters.alignment_bytes > 0 ? parameters.alignment_bytes : parameters.block_size_bytes;
  const auto at = [&](double percent) {
    const double bytes = static_cast<double>(span_bytes) * (percent / 100);
    return std::min(span_bytes, static_cast<std::uint64_t>(bytes)) / alignment * alignment;
  };
  OffsetRange range;
  range.alignment = alignment;
  range.begin = at(parameters.range_begin_percent);
  range.end = parameters.range_end_percent >= 100 ? span_bytes : at(parameters.range_end_percent);
  return range;
}

/// Owns what the threads of one case share, and puts the case together.
class StorageCase {
 public:
  StorageCase(const Case& item, std::span<StorageSession* const> members, std::uint64_t run_seed,
              const RunControl& control)
      : item_(item),
        parameters_(item.storage.value()),
        members_(members),
        run_seed_(run_seed),
        control_(control),
        threads_each_(std::clamp(parameters_.threads, 1U, parameters_.queue_depth)) {}

  CaseResult run();

 private:
  struct Worker {
    WorkerSpec spec;
    std::vector<std::uint32_t> cpus;  // to be bound to; empty: wherever the system likes
    std::vector<NamedText> method;
    bool bound = true;
  };

  void warm_page_cache();
  void add_workers(std::uint32_t member, TickBoard& board);
  std::vector<std::uint32_t> cpus_of(std::uint32_t member, std::uint32_t thread);
  void work(Worker& worker, std::uint32_t index, StartGate& gate, TickBoard& board);
  LoopResult measure(TickBoard& board);
  void describe_threads(CaseResult& result) const;
  void describe_members(const TickBoard& board, CaseResult& result) const;

  const Case& item_;
  const StorageParameters& parameters_;
  std::span<StorageSession* const> members_;
  std::uint64_t run_seed_;
  const RunControl& control_;
  std::uint32_t threads_each_;
  std::vector<StorageSession::Access> access_;  // by member
  std::vector<Worker> workers_;
  CpuTopology topology_;
  std::vector<std::uint32_t> allowed_cpus_ = topology_.allowed_cpus();
  std::mutex failure_mutex_;
  std::exception_ptr failure_;  // of the first worker that could not begin
};

/// A lone thread may run on any CPU near its target; several are put on one each, those of the
/// targets one after the other.
std::vector<std::uint32_t> StorageCase::cpus_of(std::uint32_t member, std::uint32_t thread) {
  std::vector<std::uint32_t> near = allowed_cpus_;
  if (const auto node = members_[member]->numa_node()) {
    const auto on_node = topology_.cpus_on_node(allowed_cpus_, *node);
    if (!on_node.empty()) near = on_node;
  }
  if (members_.size() * threads_each_ == 1) {
    return near.size() == allowed_cpus_.size() ? std::vector<std::uint32_t>() : near;
  }
  std::uint32_t before = 0;  // threads of earlier targets on the same CPUs
  for (std::uint32_t other = 0; other < member; ++other) {
    before += members_[other]->numa_node() == members_[member]->numa_node() ? threads_each_ : 0;
  }
  return {near[(before + thread) % near.size()]};
}

void StorageCase::add_workers(std::uint32_t member, TickBoard& board) {
  StorageSession& session = *members_[member];
  const std::string seed_name = members_.size() == 1 ? item_.id : item_.id + session.target_id();
  const std::uint64_t seed = seed_for(run_seed_, seed_name);
  VerifyTable* table = parameters_.verify ? session.verify_table(control_) : nullptr;
  for (std::uint32_t thread = 0; thread < threads_each_; ++thread) {
    Worker worker;
    WorkerSpec& spec = worker.spec;
    spec.parameters = &parameters_;
    spec.fd = access_[member].fd;
    spec.name_space = access_[member].name_space;
    spec.range = range_of(parameters_, session.span_bytes());
    spec.share = {thread, threads_each_};
    spec.order_seed = seed;
    spec.verify = table;
    spec.loop.queue_depth = share_of(parameters_.queue_depth, thread, threads_each_);
    spec.loop.block_size = parameters_.block_size_bytes;
    spec.loop.read_percent = parameters_.read_percent;
    spec.loop.seed = thread == 0 ? seed : seed_for(seed, std::to_string(thread));
    spec.loop.arrival = parameters_.arrival;
    spec.loop.rate_per_s = parameters_.rate_per_s / threads_each_;
    spec.loop.times = {to_ns(item_.warm_up_s), to_ns(item_.duration_s),
                       to_ns(tick_length_s(item_))};
    spec.loop.sink = &board.sink(static_cast<std::uint32_t>(workers_.size()));
    worker.cpus = cpus_of(member, thread);
    workers_.push_back(std::move(worker));
  }
}

/// A case through the page cache is about the cache: what it reads is put there first, as far as
/// memory goes.
void StorageCase::warm_page_cache() {
  std::vector<char> block(1U << 20);
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    const OffsetRange range = range_of(parameters_, members_[i]->span_bytes());
    for (std::uint64_t at = range.begin; at < range.end; at += block.size()) {
      if (control_.stop_requested()) return;
      if (pread(access_[i].fd, block.data(), block.size(), static_cast<off_t>(at)) <= 0) return;
    }
  }
}

void StorageCase::work(Worker& worker, std::uint32_t index, StartGate& gate, TickBoard& board) {
  LoopResult end;
  try {
    // Before the buffers are touched, so that they lie on the CPUs' node.
    if (!worker.cpus.empty()) worker.bound = topology_.pin(worker.cpus);
    end = run_worker(worker.spec, gate, control_, worker.method);
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
  board.leave(index, end);
}

LoopResult StorageCase::measure(TickBoard& board) {
  StartGate gate(static_cast<std::uint32_t>(workers_.size()));
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < workers_.size(); ++i) {
      try {
        threads.emplace_back([&, i] { work(workers_[i], i, gate, board); });
      } catch (...) {
        gate.close();
        failure_ = std::current_exception();
        for (; i < workers_.size(); ++i) board.leave(i, {});
      }
    }
    board.collect(control_);
  }
  if (failure_) std::rethrow_exception(failure_);
  return board.take_result();
}

void StorageCase::describe_threads(CaseResult& result) const {
  result.method = workers_.front().method;
  const auto count = workers_.size();
  std::vector<std::uint32_t> cpus;
  bool bound = true;
  for (const Worker& worker : workers_) {
    cpus.insert(cpus.end(), worker.cpus.begin(), worker.cpus.end());
    bound = bound && worker.bound;
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  if (cpus.empty()) return;
  result.method.emplace_back(
      "threads", fmt::format("{}, {} to CPU{} {}{}", count, bound ? "bound" : "not allowed to bind",
                             cpus.size() == 1 ? "" : "s", format_cpu_list(cpus),
                             count > cpus.size() && count > 1 ? ", which they share" : ""));
}

void StorageCase::describe_members(const TickBoard& board, CaseResult& result) const {
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    const std::string prefix = fmt::format("member/{}/", members_[i]->target_id());
    describe_member(board.group(i), members_[i]->target_id(), result);
    CaseResult device;
    members_[i]->end_case(parameters_, device);
    for (Metric& metric : device.metrics) {
      metric.name = prefix + metric.name;
      result.metrics.push_back(std::move(metric));
    }
    for (const std::string& flag : device.flags) {
      result.flags.push_back(members_[i]->target_id() + ": " + flag);
    }
  }
}

CaseResult StorageCase::run() {
  const std::unique_ptr<StopRule> rule = stop_rule_of(item_);
  std::vector<std::uint32_t> groups;
  for (std::uint32_t i = 0; i < members_.size() * threads_each_; ++i) {
    groups.push_back(i / threads_each_);
  }
  TickBoard board(groups, rule.get());
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    access_.push_back(members_[i]->access(parameters_));
    add_workers(i, board);
    if (!parameters_.verify && parameters_.operation != Operation::read) {
      members_[i]->forget_stamps();
    }
  }
  if (!parameters_.direct && parameters_.operation != Operation::write) warm_page_cache();
  for (StorageSession* member : members_) member->begin_case();
  const LoopResult loop = measure(board);

  CaseResult result;
  result.id = item_.id;
  describe_threads(result);
  StorageParameters all = parameters_;
  all.queue_depth *= static_cast<std::uint32_t>(members_.size());
  all.rate_per_s *= static_cast<double>(members_.size());
  describe_loop(loop, all, result);
  if (members_.size() > 1) {
    describe_members(board, result);
  } else {
    members_.front()->end_case(parameters_, result);
  }
  return result;
}

}  // namespace

CaseResult run_storage_case(const Case& item, std::span<StorageSession* const> members,
                            std::uint64_t run_seed, const RunControl& control) {
  return StorageCase(item, members, run_seed, control).run();
}

}  // namespace assay
