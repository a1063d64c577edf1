#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/gpu/pipeline_case.hpp"
#include "bench/storage/aligned_memory.hpp"
#include "tests/gpu/fake_copier.hpp"
#include "tests/storage/measured.hpp"
#include "tests/storage/two_files.hpp"

namespace assay {

inline constexpr std::uint64_t file_bytes = 8U << 20;
inline constexpr std::uint32_t block_bytes = 256U << 10;

inline std::uint64_t steady_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

class Pipelines : public TwoFiles {
 protected:
  Pipelines() : TwoFiles(file_bytes) {}

  void SetUp() override {
    TwoFiles::SetUp();
    for (const auto& session : sessions_) members_.push_back(session.get());
  }

  virtual GpuSource source() const {
    CudaInventory inventory;
    inventory.built_in = true;
    inventory.devices.resize(2);
    inventory.devices[1].index = 1;
    return {[inventory] { return inventory; },
            [](int) -> std::unique_ptr<GpuMemoryDevice> { return nullptr; },
            steady_ns,
            "libno-such-nvml.so",
            hang_s_,
            fake_link(link_),
            {}};
  }

  static Case case_of(Operation operation, std::vector<std::uint32_t> gpus) {
    Case item;
    item.id = "pipeline/test";
    item.duration_s = 0.2;
    item.pipeline = PipelineParameters{operation, block_bytes, 4, std::move(gpus)};
    return item;
  }

  CaseResult run(const Case& item, std::size_t members) {
    GpuBench bench(source());
    return run_pipeline_case(bench, item, std::span(members_).first(members), 3, {});
  }

  /// Again, once `before_repeat` was called, where the machine stood still.
  CaseResult run_measured(const Case& item, std::size_t members,
                          const std::function<void()>& before_repeat) {
    std::vector<std::string> moving;
    if (members == 2) moving = {"member/one/bandwidth", "member/two/bandwidth"};
    bool repeats = false;
    return measured(
        [&] {
          if (std::exchange(repeats, true)) before_repeat();
          return run(item, members);
        },
        moving);
  }

  LaneSpec lane(Operation operation) const {
    StorageParameters parameters;
    parameters.operation = operation;
    const int fd = dup(sessions_.front()->access(parameters).fd);
    return {std::make_shared<const FileHandle>(fd), file_bytes, operation, block_bytes, 4, 0, 11};
  }

  /// Blocks of 4 KiB that the first file holds.
  std::set<std::string> stored_blocks() const {
    const AlignedMemory stored(file_bytes);
    const LaneSpec spec = lane(Operation::read);
    EXPECT_EQ(pread(spec.file->get(), stored.bytes().data(), file_bytes, 0),
              static_cast<ssize_t>(file_bytes));
    std::set<std::string> blocks;
    for (std::uint64_t at = 0; at < file_bytes; at += 4096) {
      blocks.insert({reinterpret_cast<const char*>(stored.bytes().data() + at), 4096});
    }
    return blocks;
  }

  std::shared_ptr<FakeLink> link_ = std::make_shared<FakeLink>();
  double hang_s_ = 60;
  std::vector<StorageSession*> members_;
};

inline std::string method_of(const CaseResult& result, const std::string& name) {
  for (const NamedText& entry : result.method) {
    if (entry.first == name) return entry.second;
  }
  return "";
}

/// The units that the schema of Results lists.
inline void expect_units_of_the_schema(const CaseResult& result) {
  const std::set<std::string> known{"1/s", "B/s", "ns", "%", "1", "B", "count"};
  for (const Metric& metric : result.metrics) {
    EXPECT_TRUE(known.contains(metric.unit)) << metric.name << " in " << metric.unit;
  }
}

}  // namespace assay
