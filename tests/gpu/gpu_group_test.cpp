// GPUs that are measured at once, in real time: what one of them does while the other is measured.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "bench/gpu/gpu_bench.hpp"
#include "tests/gpu/fake_gpu.hpp"

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch())
          .count());
}

struct Interval {
  std::uint64_t begin_ns = 0;
  std::uint64_t end_ns = 0;
};

/// What one GPU did; kept longer than it.
struct Record {
  milliseconds launch{10};
  milliseconds check{20};
  std::uint64_t wrong_from_check = ~std::uint64_t{0};
  std::size_t failing_run = ~std::size_t{0};
  std::uint64_t free_bytes = std::uint64_t{40} << 30;
  std::vector<Interval> runs;
  std::uint64_t checks = 0;
};

/// So slow that a machine which stands still for a moment changes little.
Record slow_record() {
  Record record;
  record.launch = milliseconds(50);
  record.check = milliseconds(100);
  return record;
}

/// A GPU whose launches and checks take real time.
class RecordedGpu : public FakeGpu {
 public:
  explicit RecordedGpu(Record& record) : record_(record) { free = record.free_bytes; }

  double run_s(std::uint32_t launches) override {
    if (record_.runs.size() == record_.failing_run) throw std::runtime_error("fell off the bus");
    Interval run;
    run.begin_ns = now_ns();
    std::this_thread::sleep_for(launches * record_.launch);
    run.end_ns = now_ns();
    record_.runs.push_back(run);
    return static_cast<double>(run.end_ns - run.begin_ns) / 1e9;
  }

  std::uint64_t count_mismatches() override {
    std::this_thread::sleep_for(record_.check);
    return record_.checks++ >= record_.wrong_from_check ? 3 : 0;
  }

 private:
  Record& record_;
};

class GpusAtOnce : public testing::Test {
 protected:
  CaseResult run(const std::string& kernel, double duration_s, const RunControl& control = {}) {
    GpuSource source;
    source.inventory = [] {
      CudaInventory inventory;
      inventory.devices.resize(2);
      inventory.devices[1].index = 1;
      return inventory;
    };
    source.open = [this](int index) {
      return std::make_unique<RecordedGpu>(records_[static_cast<std::size_t>(index)]);
    };
    source.now_ns = now_ns;
    source.nvml_library = "/nothing/libnvidia-ml.so.1";
    source.hang_s = 60;
    Case item;
    item.id = "gpu/all-gpus/" + kernel;
    item.duration_s = duration_s;
    item.gpu = GpuParameters{kernel};
    return GpuBench(source).run(item, {0, 1}, control);
  }

  /// The share of the samples' time of one GPU in which the other moved data, too.
  double share_beside_the_other(std::size_t gpu) const {
    std::uint64_t all_ns = 0;
    std::uint64_t both_ns = 0;
    // The first run loads the kernel, before the GPUs wait for one another.
    for (std::size_t i = 1; i < records_[gpu].runs.size(); ++i) {
      const Interval& mine = records_[gpu].runs[i];
      all_ns += mine.end_ns - mine.begin_ns;
      for (const Interval& other : records_[1 - gpu].runs) {
        const std::uint64_t begin_ns = std::max(mine.begin_ns, other.begin_ns);
        const std::uint64_t end_ns = std::min(mine.end_ns, other.end_ns);
        if (end_ns > begin_ns) both_ns += end_ns - begin_ns;
      }
    }
    return static_cast<double>(both_ns) / static_cast<double>(all_ns);
  }

  Record records_[2];
};

TEST_F(GpusAtOnce, load_the_links_in_all_of_each_others_samples) {
  for (const char* kernel : {"host-to-device", "device-to-host", "bidirectional"}) {
    SCOPED_TRACE(kernel);
    records_[0] = records_[1] = slow_record();
    const CaseResult result = run(kernel, 1.3);
    ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
    EXPECT_GT(share_beside_the_other(0), 0.6);
    EXPECT_GT(share_beside_the_other(1), 0.6);
    // One before they begin, one of the last sample.
    EXPECT_EQ(records_[0].checks, 2U);
    EXPECT_EQ(records_[1].checks, 2U);
    const auto data = std::find_if(result.method.begin(), result.method.end(),
                                   [](const NamedText& entry) { return entry.first == "data"; });
    ASSERT_NE(data, result.method.end());
    EXPECT_EQ(data->second,
              "random floats, every element or sum checked on the GPU after the last sample");
  }
}

TEST_F(GpusAtOnce, go_on_until_the_slowest_has_enough_samples) {
  records_[0].launch = milliseconds(7);
  records_[1].launch = milliseconds(50);
  const CaseResult result = run("device-to-host", 1.3);  // 26 of its samples; 30 are wanted
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GT(records_[0].runs.back().end_ns, records_[1].runs.back().begin_ns);
  EXPECT_GT(records_[1].runs.size(), 30U);
  EXPECT_GT(share_beside_the_other(1), 0.6);
}

TEST_F(GpusAtOnce, check_every_sample_of_device_memory_which_shares_no_link) {
  const CaseResult result = run("gather", 0.1);
  ASSERT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GT(records_[0].checks, 14U);  // those of the search for a variant
}

TEST_F(GpusAtOnce, wrong_data_of_one_at_the_end_fail_the_case) {
  records_[1].wrong_from_check = 1;
  const CaseResult result = run("device-to-host", 0.1);
  EXPECT_EQ(result.status, CaseStatus::failed);
  EXPECT_NE(result.reason.find("wrong data: 3 elements"), std::string::npos) << result.reason;
  EXPECT_TRUE(result.metrics.empty());
}

TEST_F(GpusAtOnce, end_together_when_one_fails_is_skipped_or_all_must_stop) {
  constexpr double forever_s = 600;
  const std::uint64_t start_ns = now_ns();
  records_[1].failing_run = 5;
  EXPECT_THROW(run("device-to-host", forever_s), std::runtime_error);
  records_[1] = Record();
  records_[1].free_bytes = 0;
  EXPECT_EQ(run("device-to-host", forever_s).status, CaseStatus::skipped);
  records_[1] = Record();
  std::atomic<bool> stop = false;
  std::thread stopper([&stop] {
    std::this_thread::sleep_for(milliseconds(100));
    stop = true;
  });
  run("device-to-host", forever_s, {.stop = &stop, .on_progress = {}});
  stopper.join();
  EXPECT_LT(now_ns() - start_ns, 30'000'000'000U);
}

}  // namespace
}  // namespace assay
