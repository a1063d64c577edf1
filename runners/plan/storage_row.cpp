#include "runners/plan/storage_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "bench/storage/verify.hpp"
#include "reports/model/units.hpp"

namespace assay {

template <>
struct EnumNames<DeviceUse> {
  static constexpr std::array<std::pair<DeviceUse, std::string_view>, 3> table{
      {{DeviceUse::each, "each"}, {DeviceUse::all, "all"}, {DeviceUse::slowest, "slowest"}}};
};

namespace {

constexpr std::uint64_t block_size_max = 16U << 20;
constexpr std::int64_t queue_depth_max = 4096;
constexpr std::int64_t threads_max = 256;
constexpr std::int64_t streams_max = 1024;
constexpr std::uint32_t sector_bytes = 512;
constexpr double rate_per_s_max = 1e8;
constexpr double theta_max = 5;
constexpr std::int64_t refine_max = 16;

/// Owns nothing: the reader, the table and the row that is filled.
class StorageRowReader {
 public:
  StorageRowReader(const SuiteReader& reader, const toml::table& table, SuiteRow& row)
      : reader_(reader), table_(table), row_(row), storage_(row.storage) {}

  void read() {
    read_sizes();
    reader_.each(reader_.required(table_, "queue_depth"), [&](const toml::node& node) {
      storage_.queue_depths.push_back(reader_.whole_of(node, 1, queue_depth_max));
    });
    read_arrival();
    read_engine();
    read_offsets();
    read_data();
    read_threads();
    check_logs();
    check_mixes();
    check_verify();
  }

 private:
  const toml::node* find(std::string_view key) const { return table_.get(key); }

  std::uint64_t block_size_of(const toml::node& node) const {
    const std::uint64_t size = reader_.size_of(node);
    if (size % 4096 != 0 || size > block_size_max) {
      reader_.fail(node,
                   "block_size must be a multiple of 4k, at most 16m: O_DIRECT needs alignment");
    }
    return size;
  }

  void read_sizes() {
    const toml::node* mix = find("block_mix");
    if (mix == nullptr) {
      reader_.each(reader_.required(table_, "block_size"), [&](const toml::node& node) {
        storage_.block_sizes.push_back(block_size_of(node));
      });
      return;
    }
    if (const auto* size = find("block_size")) {
      reader_.fail(*size, "block_mix already says the block sizes: leave one of the two out");
    }
    std::uint32_t sum = 0;
    reader_.each(*mix, [&](const toml::node& node) {
      storage_.block_mix.push_back(share_of(node));
      sum += storage_.block_mix.back().percent;
    });
    if (sum != 100) reader_.fail(*mix, fmt::format("the shares add up to {}%, not 100%", sum));
    std::uint32_t largest = 0;
    for (const SizeShare& share : storage_.block_mix) {
      largest = std::max(largest, share.block_size_bytes);
    }
    storage_.block_sizes = {largest};
  }

  /// "4k:60%"
  SizeShare share_of(const toml::node& node) const {
    const std::string text = reader_.text_of(node);
    const std::size_t colon = text.find(':');
    const auto size = parse_size(text.substr(0, colon));
    std::uint32_t percent = 0;
    bool good = colon != std::string::npos && size && *size % 4096 == 0 && *size > 0 &&
                *size <= block_size_max && text.back() == '%';
    if (good) {
      const char* end = text.data() + text.size() - 1;
      const auto read = std::from_chars(text.data() + colon + 1, end, percent);
      good = read.ec == std::errc() && read.ptr == end && percent >= 1 && percent <= 100;
    }
    if (!good) reader_.fail(node, "expected a size and its share of the I/Os, such as \"4k:60%\"");
    return {static_cast<std::uint32_t>(*size), percent};
  }

  void read_arrival() {
    const toml::node* arrival = find("arrival");
    const toml::node* rate = find("rate");
    const toml::node* refine = find("refine");
    if (rate == nullptr) {
      if (arrival != nullptr) reader_.fail(*arrival, "arrival needs a rate in I/Os a second");
      if (refine != nullptr) reader_.fail(*refine, "refine needs rates to put others between");
      return;
    }
    storage_.arrival = Arrival::constant;
    if (arrival != nullptr) {
      const auto word = named<Arrival>(reader_.text_of(*arrival));
      if (!word || *word == Arrival::closed) {
        reader_.fail(*arrival, "expected \"constant\" or \"poisson\"");
      }
      storage_.arrival = *word;
    }
    reader_.each(*rate, [&](const toml::node& node) {
      if (node.is_string()) {
        storage_.rate_percents.push_back(reader_.percent_of(node, 1, 100));
        return;
      }
      const auto number = node.is_number() ? node.value<double>() : std::nullopt;
      if (!number || !(*number >= 1) || *number > rate_per_s_max) {
        reader_.fail(node,
                     "expected a rate from 1 to 100000000 I/Os a second, or a share such as "
                     "\"50%\" of the highest that the run finds");
      }
      storage_.rates_per_s.push_back(*number);
    });
    if (refine == nullptr) return;
    storage_.refine = reader_.whole_of(*refine, 1, refine_max);
    if (storage_.rate_percents.size() < 2) {
      reader_.fail(*refine,
                   "refine needs at least two shares of the highest rate to put others between, "
                   "such as rate = [\"10%\", \"90%\"]");
    }
  }

  void read_engine() {
    if (const auto* node = find("engine")) {
      storage_.engine = reader_.word_of<Engine>(*node, "engine");
      if (storage_.engine == Engine::libaio || storage_.engine == Engine::other) {
        reader_.fail(*node,
                     "is what other tools measure with: io_uring, pread or nvme-passthrough");
      }
    }
    if (const auto* node = find("iopoll")) storage_.iopoll = reader_.truth_of(*node);
    if (const auto* node = find("sqpoll")) storage_.sqpoll = reader_.truth_of(*node);
    if (storage_.engine != Engine::pread) return;
    if (storage_.queue_depths != std::vector<std::uint32_t>{1}) {
      reader_.fail(*find("queue_depth"),
                   "engine = \"pread\" has queue_depth = 1 only: it waits for each I/O");
    }
    for (const char* key : {"iopoll", "sqpoll"}) {
      if (const auto* node = find(key))
        reader_.fail(*node, "is an option of io_uring, not of pread");
    }
  }

  void read_offsets() {
    if (const auto* node = find("streams")) {
      storage_.streams = reader_.whole_of(*node, 1, streams_max);
      if (!all_are(Pattern::sequential)) {
        reader_.fail(*node, "streams are an option of sequential workloads");
      }
    }
    if (const auto* node = find("zipf_theta")) {
      if (!all_are(Pattern::zipf)) reader_.fail(*node, "zipf_theta is an option of zipf workloads");
      reader_.each(*node, [&](const toml::node& theta) {
        const auto number = theta.is_number() ? theta.value<double>() : std::nullopt;
        if (!number || !(*number > 0) || *number > theta_max) {
          reader_.fail(theta, fmt::format("expected a number above 0, at most {:g}", theta_max));
        }
        storage_.zipf_thetas.push_back(*number);
      });
    }
    if (const auto* node = find("range")) read_range(*node);
    if (const auto* node = find("alignment")) {
      const std::uint64_t bytes = reader_.size_of(*node);
      if (bytes % sector_bytes != 0 || bytes > block_size_max) {
        reader_.fail(*node, "alignment must be a multiple of 512, at most 16m");
      }
      if (any_is(Pattern::sequential)) {
        reader_.fail(*node, "sequential offsets follow one another: alignment is for random ones");
      }
      storage_.alignment_bytes = static_cast<std::uint32_t>(bytes);
    }
  }

  /// ["0%", "10%"]
  void read_range(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr || list->size() != 2) {
      reader_.fail(node, "expected where the range begins and ends, such as [\"0%\", \"10%\"]");
    }
    storage_.range_begin_percent = reader_.percent_of(*list->get(0), 0, 100);
    storage_.range_end_percent = reader_.percent_of(*list->get(1), 0, 100);
    if (storage_.range_begin_percent >= storage_.range_end_percent) {
      reader_.fail(node, "the range must end after it begins");
    }
  }

  void read_data() {
    if (const auto* node = find("direct")) storage_.direct = reader_.truth_of(*node);
    if (const auto* node = find("verify")) storage_.verify = reader_.truth_of(*node);
    if (const auto* node = find("precondition")) storage_.precondition = reader_.truth_of(*node);
    if (const auto* node = find("devices")) {
      storage_.devices = reader_.word_of<DeviceUse>(*node, "use of devices");
    }
    if (const auto* node = find("direct"); node != nullptr && !storage_.direct) {
      if (storage_.iopoll || storage_.engine == Engine::nvme_passthrough) {
        reader_.fail(*node, "only direct I/O can be polled for or pass the block layer");
      }
    }
  }

  void read_threads() {
    const toml::node* node = find("threads");
    if (node == nullptr) return;
    reader_.each(*node, [&](const toml::node& one) {
      const bool automatic = one.is_string() && *one.value<std::string>() == "auto";
      if (one.is_string() && !automatic) {
        reader_.fail(one, "expected a number of threads a device, or \"auto\"");
      }
      storage_.threads.push_back(automatic ? 0 : reader_.whole_of(one, 1, threads_max));
    });
    if (storage_.engine == Engine::pread && storage_.threads != std::vector<std::uint32_t>{1}) {
      reader_.fail(*node, "engine = \"pread\" has threads = 1 only, as it has queue_depth = 1");
    }
  }

  bool any_is(Pattern pattern) const {
    return std::any_of(row_.workloads.begin(), row_.workloads.end(),
                       [&](const Workload* one) { return one->pattern == pattern; });
  }
  bool all_are(Pattern pattern) const {
    return std::all_of(row_.workloads.begin(), row_.workloads.end(),
                       [&](const Workload* one) { return one->pattern == pattern; });
  }

  void check_logs() const {
    for (const Workload* workload : row_.workloads) {
      if (workload->durability == Durability::none) continue;
      if (storage_.arrival != Arrival::closed) {
        reader_.fail(*find("rate"), fmt::format("{} has no rate: a log commits one write after the "
                                                "other",
                                                workload->name));
      }
      if (storage_.engine == Engine::nvme_passthrough) {
        reader_.fail(*find("engine"), fmt::format("{} goes through the kernel: a log's durability "
                                                  "is the file's or block device's",
                                                  workload->name));
      }
      if (storage_.queue_depths == std::vector<std::uint32_t>{1}) continue;
      reader_.fail(*find("queue_depth"),
                   fmt::format("{} is measured at queue_depth = 1 only: a log commits one write at "
                               "a time",
                               workload->name));
    }
  }

  void check_mixes() {
    const toml::node* percents = find("read_percent");
    if (percents != nullptr) {
      reader_.each(*percents, [&](const toml::node& node) {
        storage_.read_percents.push_back(reader_.whole_of(node, 1, 99));
      });
    }
    for (const Workload* workload : row_.workloads) {
      const bool open = workload->operation == Operation::mixed && workload->read_percent == 0;
      if (open && percents == nullptr) {
        reader_.fail(table_, fmt::format("{} needs a read_percent, such as 70", workload->name));
      }
      if (!open && percents != nullptr) {
        reader_.fail(*percents, fmt::format("read_percent is an option of random-mixed, not of {}",
                                            workload->name));
      }
    }
    if (!storage_.block_mix.empty() && !all_are(Pattern::random)) {
      reader_.fail(*find("block_mix"), "block_mix goes with uniformly random workloads only");
    }
  }

  void check_verify() const {
    if (!storage_.verify) return;
    const toml::node& node = *find("verify");
    if (storage_.alignment_bytes % verify_unit_bytes != 0) {
      reader_.fail(node, "verify works on blocks of 4k: alignment must be a multiple of it");
    }
    if (!storage_.direct) reader_.fail(node, "verify reads from the device: direct must be true");
    for (const Workload* workload : row_.workloads) {
      if (workload->durability == Durability::none) continue;
      reader_.fail(node,
                   fmt::format("{} is timed write by write and not verified", workload->name));
    }
  }

  const SuiteReader& reader_;
  const toml::table& table_;
  SuiteRow& row_;
  StorageRow& storage_;
};

}  // namespace

const std::vector<std::string_view>& storage_keys() {
  static const std::vector<std::string_view> keys{
      "block_size", "block_mix", "queue_depth", "read_percent", "rate",
      "arrival",    "refine",    "engine",      "iopoll",       "sqpoll",
      "threads",    "streams",   "zipf_theta",  "range",        "alignment",
      "direct",     "verify",    "devices",     "precondition"};
  return keys;
}

void read_storage_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  StorageRowReader(reader, table, row).read();
}

}  // namespace assay
