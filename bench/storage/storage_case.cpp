#include "bench/storage/storage_case.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "bench/measure/cpu_topology.hpp"
#include "bench/storage/case_range.hpp"
#include "bench/storage/case_times.hpp"
#include "bench/storage/storage_metrics.hpp"
#include "bench/storage/tick_board.hpp"
#include "bench/storage/worker.hpp"

namespace assay {

namespace {

/// The part-th of `parts` shares of a whole: they differ by one at most and add up.
std::uint32_t share_of(std::uint32_t whole, std::uint32_t part, std::uint32_t parts) {
  return whole / parts + (part < whole % parts ? 1 : 0);
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
  void write_back(CaseResult& result);
  void add_workers(std::uint32_t member, TickBoard& board);
  std::vector<std::uint32_t> cpus_of(std::uint32_t member, std::uint32_t thread);
  void work(Worker& worker, std::uint32_t index, StartGate& gate, TickBoard& board);
  LoopResult measure(TickBoard& board);
  void describe_threads(CaseResult& result) const;
  void describe_members(const TickBoard& board, CaseResult& result) const;
  void describe_devices(CaseResult& result) const;

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
  const OffsetRange range = range_of(parameters_, session.span_bytes());
  VerifyTable* table = parameters_.verify ? session.verify_table(control_) : nullptr;
  for (std::uint32_t thread = 0; thread < threads_each_; ++thread) {
    Worker worker;
    WorkerSpec& spec = worker.spec;
    spec.parameters = &parameters_;
    spec.fd = access_[member].fd;
    spec.name_space = access_[member].name_space;
    spec.range = range;
    spec.share = {thread, threads_each_};
    spec.order_seed = seed;
    spec.verify = table;
    spec.loop.queue_depth = share_of(parameters_.queue_depth, thread, threads_each_);
    spec.loop.block_size = parameters_.block_size_bytes;
    spec.loop.read_percent = parameters_.read_percent;
    spec.loop.seed = thread == 0 ? seed : seed_for(seed, std::to_string(thread));
    spec.loop.arrival = parameters_.arrival;
    spec.loop.rate_per_s = parameters_.rate_per_s / threads_each_;
    // Threads take turns: the first I/Os of all at once would be a burst, and so the second.
    spec.loop.first_interval = static_cast<double>(thread + 1) / threads_each_;
    spec.loop.times = phase_times_of(item_);
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
    describe_member(board.group(i), members_[i]->target_id(), result);
  }
}

/// Writes that still wait in the page cache would go to the device while the next cases are
/// measured.
void StorageCase::write_back(CaseResult& result) {
  if (parameters_.direct || parameters_.operation == Operation::read) return;
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t i = 0; i < members_.size() && !control_.stop_requested(); ++i) {
    const int error = fdatasync(access_[i].fd) == 0 ? 0 : errno;
    members_[i]->device_was_busy();
    if (error == 0) continue;
    throw std::runtime_error(fmt::format("write the page cache back to {}: {}",
                                         members_[i]->target_id(),
                                         std::generic_category().message(error)));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  result.method.emplace_back(
      "page cache",
      fmt::format("written back after the measured window, in {:.1f} s", took.count()));
}

/// What each device counted, of several under its name, and all of them against what was moved.
void StorageCase::describe_devices(CaseResult& result) const {
  std::vector<DeviceCase> devices;
  std::set<std::string> paths;  // two file systems may lie on one disk
  bool all_told = true;
  for (StorageSession* const member : members_) {
    // It was asked a moment ago, and counted the I/Os of both.
    if (!member->device_path().empty() && !paths.insert(member->device_path()).second) continue;
    const std::optional<DeviceCase> counted = member->end_case();
    all_told = all_told && counted;
    if (!counted) continue;
    devices.push_back(*counted);
    if (members_.size() == 1) {
      describe_device(*counted, result);
      continue;
    }
    CaseResult device;
    describe_device(*counted, device);
    for (Metric& metric : device.metrics) {
      metric.name = fmt::format("member/{}/{}", member->target_id(), metric.name);
      result.metrics.push_back(std::move(metric));
    }
    for (const std::string& flag : device.flags) {
      result.flags.push_back(member->target_id() + ": " + flag);
    }
  }
  if (all_told) compare_with_own(devices, parameters_, result);
}

CaseResult StorageCase::run() {
  const std::unique_ptr<StopRule> rule = stop_rule_of(item_);
  std::vector<std::uint32_t> groups;
  for (std::uint32_t i = 0; i < members_.size() * threads_each_; ++i) {
    groups.push_back(i / threads_each_);
  }
  TickBoard board(groups, rule.get());
  const bool stamps = parameters_.verify && std::any_of(members_.begin(), members_.end(),
                                                        [](const StorageSession* member) {
                                                          return !member->is_checkable();
                                                        });
  for (std::uint32_t i = 0; i < members_.size(); ++i) {
    access_.push_back(members_[i]->access(parameters_));
    add_workers(i, board);
    if (!parameters_.verify && parameters_.operation != Operation::read) {
      members_[i]->forget_stamps();
    }
  }
  if (!parameters_.direct && parameters_.operation != Operation::write) warm_page_cache();
  StorageSession::begin_cases(members_);
  const LoopResult loop = measure(board);

  CaseResult result;
  result.id = item_.id;
  describe_threads(result);
  if (stamps) {
    result.method.emplace_back("verify",
                               "before the case the span was filled anew, sequentially, with "
                               "blocks that can be checked");
  }
  StorageParameters all = parameters_;
  all.queue_depth *= static_cast<std::uint32_t>(members_.size());
  all.rate_per_s *= static_cast<double>(members_.size());
  describe_loop(loop, all, result);
  if (members_.size() > 1) describe_members(board, result);
  describe_devices(result);
  write_back(result);
  return result;
}

}  // namespace

CaseResult run_storage_case(const Case& item, std::span<StorageSession* const> members,
                            std::uint64_t run_seed, const RunControl& control) {
  return StorageCase(item, members, run_seed, control).run();
}

}  // namespace assay
