#include "runners/plan/storage_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "bench/storage/case_range.hpp"
#include "bench/storage/verify.hpp"
#include "reports/model/names.hpp"
#include "reports/model/units.hpp"
#include "runners/discovery/block_devices.hpp"

namespace assay {

namespace {

constexpr double zipf_theta_default = 1.1;
constexpr std::uint32_t threads_auto_max = 4;
constexpr std::uint32_t depth_for_a_thread = 8;  // below that a second thread has nothing to do
constexpr std::uint64_t verify_span_max = std::uint64_t{256} << 30;
constexpr std::uint64_t verify_spread = 4;  // blocks of the span for each one in flight

/// The number of CPUs in a list such as "0-3,8"; 0 when it is none.
std::uint32_t cpu_count(std::string_view list) {
  std::uint32_t count = 0;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view part = list.substr(0, comma);
    std::uint32_t first = 0;
    const auto begin = std::from_chars(part.data(), part.data() + part.size(), first);
    std::uint32_t last = first;
    if (begin.ptr < part.data() + part.size()) {
      std::from_chars(begin.ptr + 1, part.data() + part.size(), last);
    }
    if (begin.ec == std::errc() && last >= first) count += last - first + 1;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return count;
}

std::uint32_t cpus_near(const Host& host, const Target& target) {
  for (const NumaNode& node : host.numa_nodes) {
    if (target.numa_node && node.index == *target.numa_node && cpu_count(node.cpus) > 0) {
      return cpu_count(node.cpus);
    }
  }
  return std::max(1U, host.cpu.threads);
}

/// Threads a device when the suite says "auto": the CPUs near it divided by the devices measured at
/// once, four at most, and one for each eight I/Os in flight.
std::uint32_t threads_for(const Host& host, const Target& target, std::uint32_t depth) {
  const auto members = static_cast<std::uint32_t>(std::max<std::size_t>(1, target.members.size()));
  const std::uint32_t useful = std::max(1U, depth / depth_for_a_thread);
  const std::uint32_t each = std::max(1U, cpus_near(host, target) / members);
  return std::min({each, useful, threads_auto_max});
}

/// The values of a list that may be empty, or the one default.
template <class T>
std::vector<T> values_or(const std::vector<T>& values, T fallback) {
  return values.empty() ? std::vector<T>{fallback} : values;
}

StorageParameters fixed_parameters(const StorageRow& row, const Workload& workload) {
  StorageParameters parameters;
  parameters.operation = workload.operation;
  parameters.pattern = workload.pattern;
  parameters.durability = workload.durability;
  parameters.arrival = row.arrival;
  parameters.engine = row.engine;
  parameters.streams = row.streams;
  parameters.range_begin_percent = row.range_begin_percent;
  parameters.range_end_percent = row.range_end_percent;
  parameters.alignment_bytes = row.alignment_bytes;
  parameters.block_mix = row.block_mix;
  parameters.direct = row.direct;
  parameters.iopoll = row.iopoll;
  parameters.sqpoll = row.sqpoll;
  parameters.verify = row.verify;
  return parameters;
}

/// Every combination of a row's lists for one workload.
std::vector<StorageParameters> combinations(const StorageRow& row, const Workload& workload) {
  std::vector<StorageParameters> all{fixed_parameters(row, workload)};
  const auto multiply = [&](const auto& values, auto&& set) {
    std::vector<StorageParameters> next;
    for (const StorageParameters& one : all) {
      for (const auto& value : values) {
        next.push_back(one);
        set(next.back(), value);
      }
    }
    all = std::move(next);
  };
  using Parameters = StorageParameters;
  const double theta = workload.pattern == Pattern::zipf ? zipf_theta_default : 0;
  multiply(values_or(row.read_percents, workload.read_percent),
           [](Parameters& one, std::uint32_t percent) { one.read_percent = percent; });
  multiply(values_or(row.zipf_thetas, theta),
           [](Parameters& one, double value) { one.zipf_theta = value; });
  multiply(row.block_sizes, [](Parameters& one, std::uint64_t bytes) {
    one.block_size_bytes = static_cast<std::uint32_t>(bytes);
  });
  multiply(row.queue_depths, [](Parameters& one, std::uint32_t depth) { one.queue_depth = depth; });
  multiply(values_or(row.threads, 1U),
           [](Parameters& one, std::uint32_t threads) { one.threads = threads; });
  if (row.arrival == Arrival::closed) return all;
  struct Rate {
    double per_s = 0;
    double percent = 0;  // of the highest
    std::optional<std::uint32_t> refinement = {};
  };
  std::vector<Rate> rates;
  for (const double rate : row.rates_per_s) rates.push_back({rate, 0});
  for (const double percent : row.rate_percents) rates.push_back({0, percent});
  for (std::uint32_t number = 1; number <= row.refine; ++number) rates.push_back({0, 0, number});
  multiply(rates, [](Parameters& one, const Rate& rate) {
    one.rate_per_s = rate.per_s;
    one.rate_percent = rate.percent;
    one.rate_refinement = rate.refinement;
  });
  return all;
}

/// Path-like, with each thing that is not the default at its end.
std::string case_id(const Target& target, const Workload& workload,
                    const StorageParameters& parameters, bool threads_named) {
  std::string id = fmt::format("storage/{}/{}", target.id, workload.name);
  if (workload.operation == Operation::mixed && workload.read_percent == 0) {
    id += fmt::format("-{}-{}", parameters.read_percent, 100 - parameters.read_percent);
  }
  const auto add = [&](const std::string& part) { id += "/" + part; };
  if (parameters.block_mix.empty()) {
    add(short_size(parameters.block_size_bytes));
  } else {
    std::string mix;
    for (const SizeShare& share : parameters.block_mix) {
      mix += fmt::format("{}{}:{}", mix.empty() ? "" : "+", short_size(share.block_size_bytes),
                         share.percent);
    }
    add(mix);
  }
  add(fmt::format("qd{}", parameters.queue_depth));
  if (target.kind == TargetKind::target_set) {
    add(fmt::format("total-qd{}", parameters.queue_depth * target.members.size()));
  }
  if (parameters.engine != Engine::io_uring) add(std::string(name_of(parameters.engine)));
  if (threads_named) add(fmt::format("threads-{}", parameters.threads));
  if (parameters.zipf_theta > 0) add(fmt::format("theta-{:g}", parameters.zipf_theta));
  if (parameters.streams > 1) add(fmt::format("streams-{}", parameters.streams));
  if (parameters.range_begin_percent > 0 || parameters.range_end_percent < 100) {
    add(fmt::format("range-{:g}-{:g}", parameters.range_begin_percent,
                    parameters.range_end_percent));
  }
  if (parameters.alignment_bytes > 0) {
    add(fmt::format("align-{}", short_size(parameters.alignment_bytes)));
  }
  if (!parameters.direct) add("page-cache");
  if (parameters.iopoll) add("iopoll");
  if (parameters.sqpoll) add("sqpoll");
  if (parameters.verify) add("verify");
  if (parameters.arrival == Arrival::closed) return id;
  const std::string rate =
      parameters.rate_refinement    ? fmt::format("refined-{}", *parameters.rate_refinement)
      : parameters.rate_percent > 0 ? fmt::format("{:g}%", parameters.rate_percent)
                                    : fmt::format("{}", parameters.rate_per_s);
  add(fmt::format("{}-{}", name_of(parameters.arrival), rate));
  return id;
}

/// Over a network a controller completes I/Os by itself while they are polled for. On Linux 6.1
/// polled commands to the character device of an NVMe/TCP disk ended in a general protection fault
/// (bio_poll), those to the block device in a warning (a wait inside RCU).
std::string polling_skip_reason(const BlockDevice& device) {
  if (!device.io_poll) {
    return fmt::format(
        "{} has no queues to poll: load the driver with them (nvme.poll_queues=4 on the kernel's "
        "command line) and start again",
        device.name);
  }
  if (device.transport == "nvme" && device.pci_address.empty()) {
    return fmt::format(
        "no PCIe controller is found behind {}: to poll an NVMe disk over a network can halt the "
        "kernel (seen with NVMe/TCP on Linux 6.1)",
        device.name);
  }
  return {};
}

std::string engine_skip_reason(const Host& host, const Target& target,
                               const StorageParameters& parameters) {
  if (host.io_uring.state != IoUringState::available && parameters.engine != Engine::pread) {
    return host.io_uring.reason +
           "; a suite file with engine = \"pread\" measures queue depth 1 without it";
  }
  const BlockDevice* device = find_device(host.block_devices, target.device);
  if (parameters.engine == Engine::nvme_passthrough) {
    if (target.kind == TargetKind::file_system || target.kind == TargetKind::regular_file) {
      return "NVMe passthrough goes to a device: a file has no command of its own";
    }
    if (device != nullptr && device->transport != "nvme") {
      return fmt::format("{} is no NVMe device: there is nothing to pass commands to",
                         target.device);
    }
    if (device != nullptr && target.kind == TargetKind::block_device &&
        target.path != device->path) {
      return fmt::format("a partition takes no commands of its own: name the whole disk, {}",
                         device->path);
    }
    const std::uint32_t alignment =
        parameters.alignment_bytes != 0 ? parameters.alignment_bytes : parameters.block_size_bytes;
    if (device != nullptr && device->logical_block_bytes > 0 &&
        alignment % device->logical_block_bytes != 0) {
      return fmt::format("NVMe passthrough counts in the device's blocks of {}: no alignment of {}",
                         device->logical_block_bytes, alignment);
    }
  }
  return parameters.iopoll && device != nullptr ? polling_skip_reason(*device) : std::string();
}

std::string contents_skip_reason(const Target& target, const StorageParameters& parameters) {
  const bool written = target.kind == TargetKind::file_system || target.overwrite;
  if (written && parameters.verify && target.span_bytes > verify_span_max) {
    return fmt::format("verify remembers every block: {} at most, give a smaller --size",
                       format_bytes(static_cast<double>(verify_span_max)));
  }
  if (written) return {};
  if (parameters.operation != Operation::read) {
    return "a device that --allow-write does not name, or an existing file, is only read";
  }
  if (parameters.verify) {
    return "verify needs blocks that this run wrote: name the device by --allow-write as well";
  }
  if (target.contents == "contents unknown") {
    return "contents unknown: blocks that were never written are not read from the medium; if the "
           "whole of it was written, say so with --assume-written";
  }
  return {};
}

std::string size_skip_reason(const Target& target, const StorageParameters& parameters) {
  const double share = (parameters.range_end_percent - parameters.range_begin_percent) / 100;
  const double bytes = static_cast<double>(target.span_bytes) * share;
  const std::uint64_t blocks =
      std::max<std::uint64_t>({parameters.queue_depth, parameters.streams, parameters.threads}) *
      (parameters.verify ? verify_spread : 1);
  const double needed = static_cast<double>(blocks * parameters.block_size_bytes);
  // Only verification needs a place for each I/O in flight, or it would wait for one for ever.
  const std::uint64_t places =
      rounded_range(parameters, target.span_bytes).places(parameters.block_size_bytes);
  const std::uint64_t places_needed = parameters.verify ? blocks : 1;
  if (needed <= bytes && places >= places_needed) return {};
  if (needed <= bytes) {
    return fmt::format(
        "an alignment of {} leaves {} of {} places for I/Os in the {} to measure on: give a larger "
        "--size",
        short_size(parameters.alignment_bytes), places, places_needed, format_bytes(bytes));
  }
  return fmt::format("{} I/Os of {} do not fit the {} to measure on: give a larger --size", blocks,
                     short_size(parameters.block_size_bytes), format_bytes(bytes));
}

/// Why a case cannot run on one target that is no set; empty when it can.
std::string skip_reason(const Host& host, const Target& target,
                        const StorageParameters& parameters) {
  if (!target.chosen) return fmt::format("{} {}", target.path, target.reason);
  for (const std::string& reason :
       {engine_skip_reason(host, target, parameters), contents_skip_reason(target, parameters),
        size_skip_reason(target, parameters)}) {
    if (!reason.empty()) return reason;
  }
  return {};
}

}  // namespace

std::string storage_skip_reason(const Plan& plan, const Host& host, const Target& target,
                                const StorageParameters& parameters) {
  if (target.members.empty()) return skip_reason(host, target, parameters);
  for (const std::string& member : target.members) {
    const std::string reason = skip_reason(host, *find_target(plan, member), parameters);
    if (!reason.empty()) return fmt::format("{}: {}", member, reason);
  }
  return {};
}

void add_storage_cases(Plan& plan, const Host& host, const Suite& suite, const SuiteRow& row,
                       const Target& target) {
  for (const Workload* workload : row.workloads) {
    for (StorageParameters parameters : combinations(row.storage, *workload)) {
      const bool threads_named = parameters.threads > 1;
      Case item;
      item.workload = std::string(workload->name);
      item.target = target.id;
      item.warm_up_s = suite.warm_up_s;
      item.duration_s = row.duration_s.value_or(suite.duration_s);
      item.required = row.required;
      item.priority = row.priority;
      item.confidence = row.confidence;
      item.steady_state = row.steady_state;
      item.precondition = row.storage.precondition;
      if (parameters.threads == 0) {
        parameters.threads = threads_for(host, target, parameters.queue_depth);
      }
      item.storage = parameters;
      item.id = case_id(target, *workload, parameters, threads_named);
      item.skip_reason = storage_skip_reason(plan, host, target, parameters);
      if (parameters.threads > parameters.queue_depth) {
        item.skip_reason = fmt::format(
            "the queue depth is shared by the threads: {0} of them need at least queue_depth {0}",
            parameters.threads);
      }
      plan.cases.push_back(std::move(item));
    }
  }
}

std::vector<Target> target_sets(const std::vector<Target>& targets) {
  std::vector<Target> sets;
  for (const TargetKind kind : {TargetKind::file_system, TargetKind::block_device}) {
    for (const auto& [device_class, class_name] : EnumNames<DeviceClass>::table) {
      Target set;
      std::optional<std::uint32_t> node;
      for (const Target& target : targets) {
        if (!target.chosen || target.kind != kind || target.device_class != device_class) continue;
        if (set.members.empty()) node = target.numa_node;
        if (node != target.numa_node) node.reset();
        set.members.push_back(target.id);
        set.span_bytes += target.span_bytes;
      }
      if (set.members.size() < 2) continue;
      const std::string name =
          fmt::format("{}{}", class_name, kind == TargetKind::file_system ? "-file" : "");
      set.device_class = device_class;
      set.numa_node = node;
      set.chosen = true;
      set.contents = "as its members";
      set.kind = TargetKind::target_set;
      set.id = name + "-all";
      set.label = fmt::format("all {} {} targets at once", set.members.size(), name);
      set.reason = "several targets of one class";
      sets.push_back(set);
      set.kind = TargetKind::slowest_of_set;
      set.id = name + "-slowest";
      set.label = fmt::format("the slowest of {} {} targets", set.members.size(), name);
      set.reason = "chosen by the cases that each of them runs before";
      sets.push_back(set);
    }
  }
  return sets;
}

std::vector<const Target*> targets_of(DeviceUse devices, const std::vector<Target>& storage) {
  std::vector<const Target*> chosen;
  const auto in_a_set = [&](const Target& target) {
    return std::any_of(storage.begin(), storage.end(), [&](const Target& set) {
      return std::find(set.members.begin(), set.members.end(), target.id) != set.members.end();
    });
  };
  for (const Target& target : storage) {
    const bool wanted = devices == DeviceUse::each  ? target.members.empty()
                        : devices == DeviceUse::all ? target.kind == TargetKind::target_set
                        : target.members.empty()    ? !in_a_set(target)
                                                    : target.kind == TargetKind::slowest_of_set;
    if (wanted) chosen.push_back(&target);
  }
  return chosen;
}

}  // namespace assay
