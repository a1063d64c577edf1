#include "bench/gpu/pipeline_case.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <atomic>
#include <barrier>
#include <cerrno>
#include <chrono>
#include <exception>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <system_error>
#include <thread>

#include "bench/gpu/cufile_session.hpp"
#include "bench/gpu/gpu_watch.hpp"
#include "bench/gpu/pipeline_lane.hpp"
#include "bench/measure/cpu_topology.hpp"
#include "bench/measure/random.hpp"
#include "reports/model/units.hpp"

namespace assay {
namespace {

constexpr double samples_wanted = 20;
constexpr double progress_interval_s = 1;

/// One drive's part of a case: what to do, and what came of it.
struct Lane {
  LaneSpec spec;
  CuFileLane* cufile = nullptr;     // the session's, of a case that asks for cuFile
  std::string member;               // Target::id
  std::vector<std::uint32_t> cpus;  // near the drive; empty: wherever the system likes
  std::atomic<std::uint64_t> bytes{0};
  std::string failure;
  std::exception_ptr not_set_up;
  std::vector<NamedText> method;
  std::uint64_t checked = 0;
};

/// Everything that the threads of a case use: it lives until the last of them ends, even when the
/// runner has given a hanging GPU up.
struct Pipeline {
  Case item;
  OpenCopier open;
  CuFileSource cufile;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::atomic<bool> stop{false};
  double flush_s = 0;
};

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

std::shared_ptr<const FileHandle> duplicate(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
  return std::make_shared<const FileHandle>(copy);
}

StorageParameters storage_of(const PipelineParameters& parameters) {
  StorageParameters storage;
  storage.operation = parameters.operation;
  storage.pattern = Pattern::sequential;
  storage.block_size_bytes = parameters.block_size_bytes;
  storage.queue_depth = parameters.buffers;
  storage.read_percent = parameters.operation == Operation::read ? 100 : 0;
  return storage;
}

std::shared_ptr<Pipeline> pipeline_of(const Case& item, std::span<StorageSession* const> members,
                                      std::uint64_t run_seed, const GpuSource& source) {
  const PipelineParameters& parameters = item.pipeline.value();
  const CpuTopology topology;
  const std::vector<std::uint32_t> allowed = topology.allowed_cpus();
  auto pipeline = std::make_shared<Pipeline>();
  pipeline->item = item;
  pipeline->open = source.open_copier;
  pipeline->cufile = source.cufile;
  for (std::size_t i = 0; i < members.size(); ++i) {
    StorageSession& session = *members[i];
    const StorageSession::Access access = session.access(storage_of(parameters));
    auto lane = std::make_unique<Lane>();
    lane->member = session.target_id();
    lane->spec = {duplicate(access.fd),
                  session.span_bytes(),
                  parameters.operation,
                  parameters.block_size_bytes,
                  parameters.buffers,
                  parameters.gpus.at(i),
                  seed_for(run_seed, item.id + session.target_id())};
    if (const auto node = session.numa_node()) lane->cpus = topology.cpus_on_node(allowed, *node);
    if (parameters.operation != Operation::read) session.forget_stamps();
    pipeline->lanes.push_back(std::move(lane));
  }
  return pipeline;
}

/// What the thread of one lane does, from setting up to the comparison at the end.
void serve(Pipeline& pipeline, Lane& lane, std::barrier<>& ready) {
  std::unique_ptr<BlockMover> own;
  BlockMover* moving = lane.cufile;
  try {
    // Before the buffers are touched, so that they lie on the node of the CPUs; cuFile's threads
    // take the CPUs of this one.
    if (!lane.cpus.empty()) CpuTopology().pin(lane.cpus);
    if (moving == nullptr) {
      own = std::make_unique<PipelineLane>(lane.spec, pipeline.open);
      moving = own.get();
    }
  } catch (...) {
    lane.not_set_up = std::current_exception();
    pipeline.stop = true;
  }
  ready.arrive_and_wait();
  if (lane.not_set_up) return;
  try {
    lane.failure = moving->run(pipeline.stop, lane.bytes);
    if (!lane.failure.empty()) pipeline.stop = true;
    const auto flush_start = SteadyClock::now();
    flush_lane(lane.spec);
    if (&lane == pipeline.lanes.front().get()) pipeline.flush_s = seconds_since(flush_start);
    if (lane.failure.empty()) lane.failure = moving->check();
  } catch (const std::exception& error) {
    lane.failure = error.what();
    pipeline.stop = true;
  }
  lane.method = moving->method();
  lane.checked = moving->checked();
}

/// What came through between two moments.
struct Window {
  double elapsed_s = 0;
  std::vector<double> member_bytes;  // by lane
  std::vector<double> rates;         // of all lanes, B/s, by sample
};

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

class Sampler {
 public:
  Sampler(const Pipeline& pipeline, const RunControl& control)
      : pipeline_(pipeline), control_(control), shown_(SteadyClock::now()) {}

  /// Looks until `duration_s` are over, the pipeline stopped, or a stop is asked for.
  Window over(double duration_s) {
    Window window;
    const std::vector<double> first = counts();
    const auto start = SteadyClock::now();
    auto before = start;
    double before_bytes = sum(first);
    const auto tick = std::chrono::duration_cast<SteadyClock::duration>(
        std::chrono::duration<double>(std::max(duration_s / samples_wanted, 0.01)));
    while (seconds_since(start) < duration_s && !pipeline_.stop && !control_.stop_requested()) {
      std::this_thread::sleep_for(tick);
      const double bytes = sum(counts());
      const auto now = SteadyClock::now();
      window.rates.push_back((bytes - before_bytes) /
                             std::chrono::duration<double>(now - before).count());
      show(window.rates.back());
      before = now;
      before_bytes = bytes;
    }
    window.elapsed_s = seconds_since(start);
    const std::vector<double> last = counts();
    for (std::size_t i = 0; i < last.size(); ++i) window.member_bytes.push_back(last[i] - first[i]);
    return window;
  }

 private:
  std::vector<double> counts() const {
    std::vector<double> bytes;
    bytes.reserve(pipeline_.lanes.size());
    for (const auto& lane : pipeline_.lanes) bytes.push_back(static_cast<double>(lane->bytes));
    return bytes;
  }
  void show(double rate) {
    if (seconds_since(shown_) < progress_interval_s) return;
    control_.progress({.ops_per_s = 0, .bytes_per_s = rate});
    shown_ = SteadyClock::now();
  }

  const Pipeline& pipeline_;
  const RunControl& control_;
  SteadyClock::time_point shown_;
};

void add_numbers(const Pipeline& pipeline, const Window& window, CaseResult& result) {
  result.metrics.push_back({"bandwidth", sum(window.member_bytes) / window.elapsed_s, "B/s",
                            Direction::higher_is_better, spread_of(window.rates)});
  if (pipeline.item.pipeline->operation != Operation::read) {
    result.metrics.push_back(
        {"flush/time", 1e9 * pipeline.flush_s, "ns", Direction::lower_is_better, {}});
  }
  for (std::size_t i = 0; pipeline.lanes.size() > 1 && i < pipeline.lanes.size(); ++i) {
    result.metrics.push_back({fmt::format("member/{}/bandwidth", pipeline.lanes[i]->member),
                              window.member_bytes[i] / window.elapsed_s,
                              "B/s",
                              Direction::informative,
                              {}});
  }
  result.samples.push_back({"bandwidth", "B/s", window.rates});
}

void add_method(const Pipeline& pipeline, CaseResult& result) {
  const PipelineParameters& parameters = *pipeline.item.pipeline;
  std::string gpus;
  std::uint64_t checked = 0;
  for (const auto& lane : pipeline.lanes) {
    gpus += fmt::format("{}{} - GPU {}", gpus.empty() ? "" : ", ", lane->member, lane->spec.gpu);
    checked += lane->checked;
  }
  const bool read = parameters.operation == Operation::read;
  result.method = pipeline.lanes.front()->method;
  result.method.emplace_back("pairs", gpus);
  result.method.emplace_back(
      "buffers", fmt::format("{} of {} for each drive, each {}", parameters.buffers,
                             short_size(parameters.block_size_bytes),
                             is_cufile(parameters) ? "in the GPU's memory, registered with cuFile"
                                                   : "at the drive or between host and GPU"));
  result.method.emplace_back("offsets", "ascending over the span, again from its start");
  result.method.emplace_back(
      "checked", fmt::format("{} blocks, byte by byte, between storage and GPU", checked));
  if (!read) {
    result.method.emplace_back("flush",
                               "fdatasync once after the measurement, not in the "
                               "bandwidth; its time is that of the first drive");
  }
}

std::unique_ptr<CuFileSession> cufile_session(Pipeline& pipeline) {
  std::vector<LaneSpec> specs;
  for (const auto& lane : pipeline.lanes) specs.push_back(lane->spec);
  auto session = std::make_unique<CuFileSession>(pipeline.cufile, specs);
  for (std::size_t i = 0; i < specs.size(); ++i) pipeline.lanes[i]->cufile = &session->lane(i);
  return session;
}

/// A block is a call.
std::uint64_t calls_of(const Pipeline& pipeline) {
  std::uint64_t bytes = 0;
  for (const auto& lane : pipeline.lanes) bytes += lane->bytes;
  return bytes / pipeline.item.pipeline->block_size_bytes;
}

void add_path(CuFileSession& session, std::uint64_t calls, CaseResult& result) {
  const CuFilePath path = session.path(calls);
  result.method.emplace_back("path", path.path);
  result.method.emplace_back("path seen", path.seen);
  const std::string warning = path_warning(path);
  if (!warning.empty()) result.flags.push_back(warning);
  if (!session.refused().empty()) result.method.emplace_back("refused before", session.refused());
}

CaseResult measure(Pipeline& pipeline, const RunControl& control) {
  std::unique_ptr<CuFileSession> session;
  if (is_cufile(*pipeline.item.pipeline)) session = cufile_session(pipeline);
  std::barrier ready(static_cast<std::ptrdiff_t>(pipeline.lanes.size()) + 1);
  Window window;
  {
    std::vector<std::jthread> threads;
    for (const auto& lane : pipeline.lanes) {
      threads.emplace_back([&] { serve(pipeline, *lane, ready); });
    }
    ready.arrive_and_wait();
    Sampler sampler(pipeline, control);
    sampler.over(pipeline.item.warm_up_s);
    window = sampler.over(pipeline.item.duration_s);
    pipeline.stop = true;
  }
  CaseResult result;
  result.id = pipeline.item.id;
  for (const auto& lane : pipeline.lanes) {
    if (lane->not_set_up) std::rethrow_exception(lane->not_set_up);
    if (lane->failure.empty() || result.status == CaseStatus::failed) continue;
    result.status = CaseStatus::failed;
    result.reason = fmt::format("{}: {}", lane->member, lane->failure);
  }
  if (result.status == CaseStatus::ok && !window.rates.empty()) {
    if (sum(window.member_bytes) > 0) {
      add_numbers(pipeline, window, result);
    } else if (!control.stop_requested()) {
      result.status = CaseStatus::failed;
      result.reason = fmt::format(
          "no block came all the way in {:.1f} s: give smaller blocks or a longer duration",
          window.elapsed_s);
    }
  }
  add_method(pipeline, result);
  if (session) add_path(*session, calls_of(pipeline), result);
  return result;
}

}  // namespace

CaseResult run_pipeline_case(GpuBench& bench, const Case& item,
                             std::span<StorageSession* const> members, std::uint64_t run_seed,
                             const RunControl& control) {
  const GpuSource& source = bench.source();
  const std::vector<std::uint32_t>& gpus = item.pipeline.value().gpus;
  const CudaInventory inventory = source.inventory();
  for (const std::uint32_t gpu : gpus) {
    const std::string reason = why_gpu_cannot_be_measured(inventory, gpu);
    if (!reason.empty()) return skipped_case(item, reason);
  }
  if (is_cufile(*item.pipeline) && bench.has_hung()) {
    return skipped_case(
        item,
        "a case hangs, and cuFile's driver is one for the whole process: what that case "
        "still does would be counted here. Run this one alone after a reboot (--only)");
  }
  const std::shared_ptr<Pipeline> pipeline = pipeline_of(item, members, run_seed, source);
  StorageSession::begin_cases(members);
  std::vector<std::unique_ptr<NvmlWatch>> watches;
  const std::set<std::uint32_t> each(gpus.begin(), gpus.end());
  for (const CudaDevice& device : inventory.devices) {
    const auto index = static_cast<std::uint32_t>(device.index);
    if (each.count(index) == 0) continue;
    watches.push_back(std::make_unique<NvmlWatch>(index, device.pci_address, source.nvml_library));
  }
  CaseResult result = bench.guard(
      item, {each.begin(), each.end()},
      [pipeline](const RunControl& inner) { return measure(*pipeline, inner); }, control);
  result.gpu_states = std::vector<GpuState>();
  for (const auto& watch : watches) {
    result.gpu_states->push_back(watch->end());
    const std::string errors = ecc_failure(result.gpu_states->back());
    if (result.status != CaseStatus::ok || errors.empty()) continue;
    result.status = CaseStatus::failed;
    result.reason = errors;
  }
  std::set<std::string> asked;  // two file systems may lie on one disk
  for (StorageSession* member : members) {
    if (!member->device_path().empty() && !asked.insert(member->device_path()).second) continue;
    const std::optional<DeviceCase> counted = member->end_case();
    if (!counted || members.size() > 1) continue;
    describe_device(*counted, result);
    compare_with_own({&*counted, 1}, storage_of(*item.pipeline), result);
  }
  return result;
}

}  // namespace assay
