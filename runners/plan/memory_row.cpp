#include "runners/plan/memory_row.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {

namespace {

constexpr std::int64_t threads_max = 4096;
constexpr double memory_percent_max = 80;

bool is_word(const toml::node& node, std::string_view word) {
  return node.is_string() && *node.value<std::string>() == word;
}

void read_threads(const SuiteReader& reader, const toml::node& node, MemoryRow& row) {
  reader.each(node, [&](const toml::node& one) {
    if (is_word(one, "all")) {
      row.threads.push_back(0);
    } else if (is_word(one, "sweep")) {
      row.thread_sweep = true;
    } else if (is_word(one, "each-l3")) {
      row.each_l3 = true;
    } else if (one.is_string()) {
      reader.fail(one, "expected a number of threads, \"all\", \"sweep\" or \"each-l3\"");
    } else {
      row.threads.push_back(reader.whole_of(one, 1, threads_max));
    }
  });
  if (row.thread_sweep && !row.threads.empty()) {
    reader.fail(node, "\"sweep\" has 1, 2, 4, ... and all threads: leave the numbers out");
  }
}

void read_working_sets(const SuiteReader& reader, const toml::node& node, MemoryRow& row) {
  reader.each(node, [&](const toml::node& one) {
    const bool share = one.is_string() && one.value<std::string>()->ends_with("%");
    if (is_word(one, "sweep")) {
      row.working_set_sweep = true;
    } else if (share) {
      row.memory_percents.push_back(reader.percent_of(one, 0.1, memory_percent_max));
    } else {
      row.working_sets.push_back(reader.size_of(one));
    }
  });
}

/// A chase has one thread; beside a load it needs one more.
void check_threads(const SuiteReader& reader, const toml::table& table, const SuiteRow& row) {
  const toml::node& node = *table.get("threads");
  const MemoryRow& memory = row.memory;
  for (const Workload* workload : row.workloads) {
    const bool one_only =
        !memory.thread_sweep && !memory.each_l3 && memory.threads == std::vector<std::uint32_t>{1};
    if (workload->name == "latency" && !one_only) {
      reader.fail(node, "latency is measured with threads = 1 only");
    }
    if (workload->name != "loaded-latency") continue;
    const bool has_one =
        memory.thread_sweep || std::count(memory.threads.begin(), memory.threads.end(), 1U) > 0;
    if (has_one) {
      reader.fail(node, "loaded-latency needs at least 2 threads: one measures, the others load");
    }
  }
}

}  // namespace

const std::vector<std::string_view>& memory_keys() {
  static const std::vector<std::string_view> keys{"threads", "working_set", "pages", "nodes"};
  return keys;
}

void read_memory_row(const SuiteReader& reader, const toml::table& table, SuiteRow& row) {
  MemoryRow& memory = row.memory;
  read_threads(reader, reader.required(table, "threads"), memory);
  if (const auto* node = table.get("working_set")) read_working_sets(reader, *node, memory);
  if (memory.working_sets.empty() && memory.memory_percents.empty() && !memory.working_set_sweep) {
    memory.working_sets.push_back(0);
  }
  if (const auto* node = table.get("pages")) {
    reader.each(*node, [&](const toml::node& one) {
      memory.pages.push_back(reader.word_of<MemoryPages>(one, "page size"));
    });
  } else {
    memory.pages.push_back(MemoryPages::huge);
  }
  if (const auto* node = table.get("nodes")) {
    if (!is_word(*node, "each-pair")) {
      reader.fail(*node, "expected \"each-pair\": every node's CPUs against every node's memory");
    }
    memory.nodes = NodeUse::each_pair;
    if (memory.each_l3) reader.fail(*node, "cannot be combined with threads = \"each-l3\"");
  }
  check_threads(reader, table, row);
}

}  // namespace assay
