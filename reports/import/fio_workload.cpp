#include "reports/import/fio_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "reports/case_key.hpp"
#include "reports/import/new_result.hpp"
#include "reports/model/names.hpp"
#include "reports/model/units.hpp"

namespace assay {

namespace {

struct RwWord {
  std::string_view rw;
  Operation operation;
  Pattern pattern;
};

constexpr std::array<RwWord, 7> rw_words = {{
    {"read", Operation::read, Pattern::sequential},
    {"write", Operation::write, Pattern::sequential},
    {"randread", Operation::read, Pattern::random},
    {"randwrite", Operation::write, Pattern::random},
    {"rw", Operation::mixed, Pattern::sequential},
    {"readwrite", Operation::mixed, Pattern::sequential},
    {"randrw", Operation::mixed, Pattern::random},
}};

/// Options that make another workload of it, with the value that changes nothing.
struct Special {
  std::string_view name;
  std::string_view plain;
  std::string_view alias = {};
};

constexpr std::array<Special, 24> specials = {{
    {"percentage_random", "100"},
    {"blockalign", "", "ba"},
    {"fsync", "0"},
    {"sync_file_range", ""},
    {"thinktime", "0"},
    {"latency_target", "0"},
    {"zonemode", "none"},
    {"rw_sequencer", "sequential"},
    {"verify", "0"},
    {"zero_buffers", "0"},
    {"buffer_pattern", ""},
    {"buffer_compress_percentage", "0"},
    {"dedupe_percentage", "0"},
    {"iodepth_batch", "1", "iodepth_batch_submit"},
    {"iodepth_batch_complete", "1", "iodepth_batch_complete_min"},
    {"iodepth_batch_complete_max", ""},
    {"iodepth_low", ""},
    {"io_submit_mode", "inline"},
    {"offset", "0"},
    {"offset_increment", "0"},
    {"nrfiles", "1"},
    {"write_barrier", "0"},
    {"rate_min", "", "rate_iops_min"},
    {"startdelay", "0"},
}};

/// Those that issue an I/O once the one before has ended, whatever iodepth says (FIO_SYNCIO in
/// fio's sources); the first five of them are calls of pread and its like.
constexpr std::array<std::string_view, 8> waiting_engines = {
    "sync", "psync", "vsync", "pvsync", "pvsync2", "mmap", "splice", "libcufile"};
constexpr std::size_t pread_engines = 5;
constexpr std::uint64_t option_count_max = 1'000'000;

/// A whole number of an option from 1 to a million, `fallback` where it is not given, 0 for what is
/// none.
std::uint32_t count_of(const FioOptions& options, std::string_view name, std::uint32_t fallback) {
  const auto text = options.get(name);
  if (!text) return fallback;
  const auto bytes = options.size(*text);  // fio takes 1k as a depth too
  return bytes && *bytes <= option_count_max ? static_cast<std::uint32_t>(*bytes) : 0;
}

/// Owns a workload while the job's options are read one after the other.
class WorkloadReader {
 public:
  WorkloadReader(const FioOptions& options, std::uint32_t grouped_jobs)
      : options_(options), grouped_jobs_(grouped_jobs) {}

  FioWorkload read() {
    read_direction();
    read_block_size();
    read_engine();
    read_depth();
    read_distribution();
    read_durability();
    read_rate();
    read_specials();
    if (result_.why_not.empty()) name_it();
    return std::move(result_);
  }

 private:
  StorageParameters& storage() { return result_.storage; }

  void refuse(const std::string& why) {
    if (result_.why_not.empty()) result_.why_not = why;
  }

  void special(const std::string& name, const std::string& value) {
    special_parts_ += "/" + id_part(name + "-" + value);
  }

  void read_direction() {
    const std::string given = options_.get("rw", "readwrite").value_or("read");
    const std::size_t colon = std::min(given.find(':'), given.size());
    const std::string rw = given.substr(0, colon);
    const auto found = std::find_if(rw_words.begin(), rw_words.end(),
                                    [&](const RwWord& word) { return word.rw == rw; });
    if (found == rw_words.end()) {
      refuse(fmt::format("rw={}: assay has nothing that it could stand beside", given));
      return;
    }
    storage().operation = found->operation;
    storage().pattern = found->pattern;
    if (colon < given.size()) special("rw", given.substr(colon + 1));
    storage().read_percent = found->operation == Operation::read ? 100 : 0;
    if (found->operation != Operation::mixed) return;
    std::string share = options_.get_or("rwmixread", "50");
    if (const auto writes = options_.get("rwmixwrite")) {
      const auto percent = parse_number(*writes);
      share = percent && *percent <= 100 ? fmt::format("{:g}", 100 - *percent) : "?";
    }
    const auto percent = parse_number(share);
    if (!percent || *percent > 100 || *percent != std::floor(*percent)) {
      refuse(fmt::format("rwmixread={}: not a share that can be read", share));
      return;
    }
    storage().read_percent = static_cast<std::uint32_t>(*percent);
  }

  void read_block_size() {
    for (const auto& [name, alias] : {std::pair{"bsrange", "blocksize_range"},
                                      {"bssplit", "bssplit"},
                                      {"bs_unaligned", "blocksize_unaligned"}}) {
      if (const auto value = options_.get(name, alias)) {
        refuse(fmt::format("{}={}: I/Os of several sizes are not imported", name, *value));
      }
    }
    std::vector<std::string> parts = comma_parts(options_.get("bs", "blocksize").value_or("4k"));
    // bs=READ,WRITE,TRIM: a single value is for all, one that is left out is the default.
    const std::string reads = parts[0].empty() ? "4k" : parts[0];
    const std::string writes = parts.size() < 2 ? reads : parts[1].empty() ? "4k" : parts[1];
    const auto read_bytes = options_.size(reads);
    const auto write_bytes = options_.size(writes);
    if (storage().operation == Operation::mixed && read_bytes != write_bytes) {
      refuse("bs: reads and writes of different sizes are not imported");
    }
    const auto bytes = storage().operation == Operation::write ? write_bytes : read_bytes;
    if (!bytes || *bytes > std::numeric_limits<std::int32_t>::max()) {
      refuse(fmt::format("bs={}: not a size that can be read", fmt::join(parts, ",")));
      return;
    }
    storage().block_size_bytes = static_cast<std::uint32_t>(*bytes);
  }

  void read_engine() {
    const auto given = options_.get("ioengine");
    engine_ = given ? given->substr(0, given->find(':')) : "psync";
    result_.method.emplace_back("engine",
                                given ? *given : "not told: fio's default on Linux, psync");
    const auto waiting = std::find(waiting_engines.begin(), waiting_engines.end(), engine_);
    sequential_calls_ = waiting != waiting_engines.end();
    const bool is_pread = waiting - waiting_engines.begin() < std::ptrdiff_t{pread_engines};
    storage().engine = engine_ == "io_uring"       ? Engine::io_uring
                       : engine_ == "io_uring_cmd" ? Engine::nvme_passthrough
                       : engine_ == "libaio"       ? Engine::libaio
                       : is_pread                  ? Engine::pread
                                                   : Engine::other;
    // Passthrough commands know no page cache.
    storage().direct = storage().engine == Engine::nvme_passthrough || options_.is_on("direct") ||
                       (options_.get("buffered") && !options_.is_on("buffered"));
    storage().iopoll = options_.is_on("hipri");
    storage().sqpoll = options_.is_on("sqthread_poll");
    if (!storage().direct) {
      result_.flags.emplace_back(
          "through the page cache (no direct=1): not the speed of the device");
    }
  }

  void read_depth() {
    const std::uint32_t told = count_of(options_, "iodepth", 1);
    const std::uint32_t jobs =
        options_.is_on("group_reporting") ? count_of(options_, "numjobs", 1) : 1;
    if (told == 0 || jobs == 0) {
      refuse("iodepth or numjobs: not a number from 1 to a million");
      return;
    }
    const std::uint32_t depth = sequential_calls_ ? 1 : told;
    if (std::uint64_t{depth} * jobs > option_count_max) {
      refuse("iodepth times numjobs: more than a million");
      return;
    }
    storage().queue_depth = depth * jobs;
    storage().threads = jobs;
    std::string text = jobs == 1 ? fmt::format("{}", depth)
                                 : fmt::format(
                                       "{} in all: iodepth {} in each of the {} jobs that "
                                       "group_reporting adds up",
                                       depth * jobs, depth, jobs);
    if (depth < told) text += fmt::format("; iodepth={} has no effect with {}", told, engine_);
    result_.method.emplace_back("queue depth", text);
  }

  void read_distribution() {
    if (storage().pattern != Pattern::random) return;
    const std::string given = options_.get_or("random_distribution", "random");
    result_.method.emplace_back("offsets", options_.is_on("norandommap")
                                               ? "drawn anew for each I/O (norandommap)"
                                               : "in random order, each block once before any "
                                                 "twice (fio's random map)");
    if (given == "random") return;
    const auto theta = given.starts_with("zipf:") ? parse_number(given.substr(5)) : std::nullopt;
    if (theta && *theta > 0 && storage().operation != Operation::mixed) {
      storage().pattern = Pattern::zipf;
      storage().zipf_theta = *theta;
      return;
    }
    special("random_distribution", given);
  }

  void read_durability() {
    const std::string datasync = options_.get_or("fdatasync", "0");
    std::string sync = options_.get_or("sync", "none");
    if (sync.empty()) sync = "1";
    const bool log = storage().operation == Operation::write &&
                     storage().pattern == Pattern::sequential && storage().queue_depth == 1;
    const bool syncs = datasync != "0";
    const bool opened = sync != "none" && sync != "0";
    if (log && datasync == "1" && !opened) {
      storage().durability = Durability::fdatasync;
    } else if (log && sync == "dsync" && !syncs) {
      storage().durability = Durability::dsync;
    } else {
      if (syncs) special("fdatasync", datasync);
      if (opened) special("sync", sync);
    }
  }

  /// I/Os a second that "a,b,c" allows the directions of the job, each job of a group.
  std::optional<double> allowed(const std::string& text, double bytes_each) const {
    const std::vector<std::string> parts = comma_parts(text);
    const std::string& writes = parts.size() < 2 ? parts[0] : parts[1];
    double sum = 0;
    for (const auto& [value, without] :
         {std::pair{&parts[0], Operation::write}, std::pair{&writes, Operation::read}}) {
      if (result_.storage.operation == without) continue;
      const auto rate = options_.size(*value);
      if (!rate) return std::nullopt;
      sum += static_cast<double>(*rate) / bytes_each;
    }
    return sum;
  }

  void read_rate() {
    const auto ios = options_.get("rate_iops");
    const auto bytes = options_.get("rate");
    if (!ios && !bytes) return;
    const auto each =
        ios ? allowed(*ios, 1) : allowed(*bytes, std::max(1.0, double(storage().block_size_bytes)));
    if (!each || (ios && bytes)) {
      refuse(fmt::format("rate_iops={} rate={}: not one rate that can be read", ios.value_or(""),
                         bytes.value_or("")));
      return;
    }
    storage().arrival = options_.get_or("rate_process", "linear") == "poisson" ? Arrival::poisson
                                                                               : Arrival::constant;
    storage().rate_per_s = *each * storage().threads;
    result_.method.emplace_back(
        "rate",
        "a cap that fio keeps by waiting; its latencies run from the issue of an I/O, not "
        "from when it was due");
  }

  void read_specials() {
    for (const Special& one : specials) {
      const auto value = options_.get(one.name, one.alias);
      if (value && *value != one.plain) special(std::string(one.name), *value);
    }
    if (const std::size_t files = file_count(); files > 1) special("files", std::to_string(files));
    if (grouped_jobs_ > storage().threads) special("jobs", std::to_string(grouped_jobs_));
  }

  /// fio parts "filename" at each ':' that has no backslash before it.
  std::size_t file_count() const {
    const std::string files = options_.get_or("filename", "");
    std::size_t count = 1;
    for (std::size_t i = 1; i < files.size(); ++i) {
      if (files[i] == ':' && files[i - 1] != '\\') ++count;
    }
    return count;
  }

  std::string plain_name() const {
    const StorageParameters& io = result_.storage;
    if (io.durability == Durability::fdatasync) return "write-fdatasync";
    if (io.durability == Durability::dsync) return "write-dsync";
    const std::string_view pattern = name_of(io.pattern);
    if (io.operation != Operation::mixed) {
      return fmt::format("{}-{}", pattern, name_of(io.operation));
    }
    const bool usual = io.pattern == Pattern::random && io.read_percent == 70;
    return fmt::format("{}-mixed{}", pattern, usual ? "-70-30" : "");
  }

  void name_it() {
    const StorageParameters& io = storage();
    const std::string plain = plain_name();
    result_.workload = special_parts_.empty() ? plain : std::string(fio_workload_prefix) + plain;
    std::string& id = result_.id;
    id = result_.workload;
    if (io.operation == Operation::mixed && !plain.ends_with("-70-30")) {
      id += fmt::format("-{}-{}", io.read_percent, 100 - io.read_percent);
    }
    id += fmt::format("/{}/qd{}", short_size(io.block_size_bytes), io.queue_depth);
    if (io.engine != Engine::io_uring) {
      id += "/" + (io.engine == Engine::other ? id_part(engine_) : std::string(name_of(io.engine)));
    }
    if (io.threads > 1) id += fmt::format("/threads-{}", io.threads);
    if (io.zipf_theta > 0) id += fmt::format("/theta-{:g}", io.zipf_theta);
    if (!io.direct) id += "/page-cache";
    if (io.iopoll) id += "/iopoll";
    if (io.sqpoll) id += "/sqpoll";
    id += special_parts_;
    if (io.arrival == Arrival::closed) return;
    id += fmt::format("/{}-{}", name_of(io.arrival), io.rate_per_s);
  }

  const FioOptions& options_;
  std::uint32_t grouped_jobs_;
  FioWorkload result_;
  std::string engine_;
  std::string special_parts_;  // of the id: what makes another workload of it
  bool sequential_calls_ = false;
};

}  // namespace

FioWorkload fio_workload(const FioOptions& options, std::uint32_t grouped_jobs) {
  return WorkloadReader(options, grouped_jobs).read();
}

}  // namespace assay
