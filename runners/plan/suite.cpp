#include "runners/plan/suite.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "embedded/suite_engines.hpp"
#include "embedded/suite_gpu.hpp"
#include "embedded/suite_high_memory.hpp"
#include "embedded/suite_hpc.hpp"
#include "embedded/suite_quick.hpp"
#include "embedded/suite_standard.hpp"
#include "embedded/suite_sustained.hpp"
#include "reports/model/names.hpp"
#include "reports/sha256.hpp"
#include "runners/plan/nearest.hpp"
#include "runners/usage_error.hpp"

namespace assay {

namespace {

struct EmbeddedSuite {
  std::string_view name;
  std::string_view text;
};

/// Suites that are part of the program, one TOML file each.
std::vector<EmbeddedSuite> embedded_suites() {
  return {{"quick", embedded::suite_quick},
          {"standard", embedded::suite_standard},
          {"sustained", embedded::suite_sustained},
          {"engines", embedded::suite_engines},
          {"gpu", embedded::suite_gpu},
          {"high-memory", embedded::suite_high_memory},
          {"hpc", embedded::suite_hpc}};
}

constexpr std::size_t suite_file_bytes_max = 1U << 20;

}  // namespace

Suite load_suite(const std::string& name_or_file) {
  std::vector<std::string_view> names;
  for (const EmbeddedSuite& suite : embedded_suites()) {
    if (suite.name == name_or_file) return parse_suite(suite.text, std::string(suite.name));
    names.push_back(suite.name);
  }
  if (name_or_file.size() < 5 || name_or_file.substr(name_or_file.size() - 5) != ".toml") {
    throw UsageError(fmt::format("--suite {}: no such suite{}; a file's name must end in .toml",
                                 name_or_file, hint_for(name_or_file, names)));
  }
  std::ifstream file(name_or_file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.good() && text.empty()) {
    throw UsageError(
        fmt::format("--suite {}: cannot be read (does the file exist?)", name_or_file));
  }
  if (text.size() > suite_file_bytes_max) {
    throw UsageError(fmt::format("--suite {}: larger than 1 MiB, not a suite", name_or_file));
  }
  return parse_suite(text, name_or_file);
}

namespace {

/// What a storage row says beyond its workloads, sizes and depths; nothing where it says nothing.
std::string storage_text(const StorageRow& row) {
  std::string text = fmt::format("blocks {} depths {} reads {} engine {} arrival {} {} {}",
                                 fmt::join(row.block_sizes, ","), fmt::join(row.queue_depths, ","),
                                 fmt::join(row.read_percents, ","), static_cast<int>(row.engine),
                                 static_cast<int>(row.arrival), fmt::join(row.rates_per_s, ","),
                                 fmt::join(row.rate_percents, ","));
  text += fmt::format(" threads {} theta {} streams {} range {} {} align {}",
                      fmt::join(row.threads, ","), fmt::join(row.zipf_thetas, ","), row.streams,
                      row.range_begin_percent, row.range_end_percent, row.alignment_bytes);
  if (row.refine > 0) text += fmt::format(" refine {}", row.refine);
  for (const SizeShare& share : row.block_mix) {
    text += fmt::format(" mix {}:{}", share.block_size_bytes, share.percent);
  }
  text += fmt::format(" direct {} iopoll {} sqpoll {} verify {} precondition {} devices {}",
                      row.direct, row.iopoll, row.sqpoll, row.verify, row.precondition,
                      static_cast<int>(row.devices));
  return text;
}

/// What a GPU row says; nothing where it says nothing.
std::string gpu_text(const GpuRow& row) {
  std::string text;
  if (!row.array_sizes.empty()) text += fmt::format(" arrays {}", fmt::join(row.array_sizes, ","));
  for (const ElementType element : row.elements) text += fmt::format(" {}", name_of(element));
  for (const HostBuffer buffer : row.host_buffers) text += fmt::format(" {}", name_of(buffer));
  for (const Mover mover : row.movers) text += fmt::format(" {}", name_of(mover));
  if (row.each_numa_node) text += " each node";
  if (row.all_gpus) text += " all gpus";
  return text;
}

std::string memory_text(const MemoryRow& row) {
  std::string text = fmt::format("threads {} {} {} sets {} {} {} nodes {} pages",
                                 fmt::join(row.threads, ","), row.thread_sweep, row.each_l3,
                                 fmt::join(row.working_sets, ","), row.working_set_sweep,
                                 fmt::join(row.memory_percents, ","), static_cast<int>(row.nodes));
  for (const MemoryPages pages : row.pages) text += fmt::format(" {}", static_cast<int>(pages));
  return text;
}

/// Only of pipelines: suites without any keep the hash that they had before there were some.
std::string pipeline_text(const SuiteRow& row) {
  if (row.family != Family::pipeline) return "";
  std::string text =
      fmt::format(" pipeline {} {} {}", fmt::join(row.pipeline.block_sizes, ","),
                  fmt::join(row.pipeline.buffers, ","), static_cast<int>(row.pipeline.devices));
  // The only path that there was at first has no place in the hash, told or not.
  if (row.pipeline.paths == std::vector{PipelinePath::bounce}) return text;
  for (const PipelinePath path : row.pipeline.paths) text += fmt::format(" {}", name_of(path));
  return text;
}

std::string stop_text(const SuiteRow& row) {
  std::string text;
  if (row.confidence) {
    text +=
        fmt::format(" confidence {} {}", row.confidence->width_percent, row.confidence->minimum_s);
  }
  if (row.steady_state) {
    text += fmt::format(" steady {} {}", row.steady_state->round_s, row.steady_state->rounds_max);
  }
  return text;
}

}  // namespace

std::string suite_sha256(const Suite& suite) {
  std::string text =
      fmt::format("warm_up {}\nfile_size {}\ndevice_span {}\nunwritten {}\ncap {}\nrounds {} {}\n",
                  suite.warm_up_s, suite.file_size_bytes, suite.device_span_bytes,
                  suite.unwritten_percent, suite.cap_s, suite.rounds, suite.random_order);
  for (const SuiteRow& row : suite.rows) {
    for (const Workload* workload : row.workloads) {
      text += fmt::format("{} {} {} {} duration {} required {} priority {}{}{}{}\n",
                          static_cast<int>(row.family), workload->name, storage_text(row.storage),
                          memory_text(row.memory), row.duration_s.value_or(suite.duration_s),
                          row.required, row.priority, gpu_text(row.gpu), pipeline_text(row),
                          stop_text(row));
    }
  }
  return sha256_hex(text);
}

}  // namespace assay
