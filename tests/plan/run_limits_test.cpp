#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string_view>

#include "bench/storage/vendor_metrics.hpp"
#include "reports/html/page.hpp"
#include "reports/json/result_json.hpp"
#include "reports/summary.hpp"
#include "reports/text/text_reports.hpp"
#include "runners/run/run_plan.hpp"
#include "tests/storage/direct_io.hpp"
#include "tests/storage/measured.hpp"
#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// An NVMe device as the admin queue shows it: it counts the bytes that this process really moves
/// and those of others, and that a limit is exceeded all the time.
struct FakeDevice {
  std::size_t exceeded_offset = 56;
  std::uint64_t foreign_bytes_per_us = 0;
  SteadyClock::time_point attached = SteadyClock::now();
  std::vector<SteadyClock::time_point> queries;

  int answer(nvme_admin_cmd& command) {
    EXPECT_EQ(command.opcode, 0x02);
    const auto now = SteadyClock::now();
    queries.push_back(now);
    const auto us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now - attached).count());
    const std::uint64_t bytes = read_own_bytes().read + foreign_bytes_per_us * us;
    const std::uint64_t ios = bytes / 4096;
    // Nine in ten reads in the first bin of up to 128 us, the rest in the second.
    const auto slow = static_cast<std::uint32_t>(ios / 10);
    std::vector<std::byte> page =
        vendor_page(magic_ebs, {static_cast<std::uint32_t>(ios) - slow, slow}, {0});
    put<std::uint64_t>(page, 24, bytes);
    put<std::uint64_t>(page, exceeded_offset, us);
    std::memcpy(reinterpret_cast<void*>(command.addr), page.data(), page.size());
    return 0;
  }
};

/// A run of two cases on a test file, on the file system of the build: /tmp often is on no disk.
class RunLimits : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::current_path() / "assay-run-test-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    const std::string why = why_no_direct_uring(directory_);
    if (!why.empty()) GTEST_SKIP() << why;
    Target target;
    target.id = "ebs-file";
    target.label = "a test file";
    target.path = directory_;
    target.device = "null";  // a node that opens; the answers are ours
    target.device_class = DeviceClass::ebs;
    target.chosen = true;
    target.span_bytes = 16U << 20;
    result_.plan.targets = {target};
    for (const std::uint32_t depth : {1U, 4U}) {
      Case item;
      item.id = fmt::format("storage/ebs-file/random-read/4k/qd{}", depth);
      item.workload = "random-read";
      item.target = target.id;
      item.warm_up_s = 0.1;
      item.duration_s = 1;
      item.storage = StorageParameters{Operation::read, Pattern::random, 4096, depth};
      result_.plan.cases.push_back(item);
    }
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  /// Runs the plan, as `measured` does a case: the machine may stand still for a whole window.
  void run(FakeDevice& device) {
    const Result planned = result_;
    const FakeDevice unasked = device;
    for (int repeats = 0; repeats < 3; ++repeats) {
      result_ = planned;
      device = unasked;
      run_once(device);
      if (std::none_of(result_.cases.begin(), result_.cases.end(), stood_still)) break;
    }
    ASSERT_EQ(result_.cases.size(), 2U);
    for (const CaseResult& measured : result_.cases) {
      ASSERT_EQ(measured.status, CaseStatus::ok) << measured.id << ": " << measured.reason;
    }
  }

  void run_once(FakeDevice& device) {
    const std::string path = directory_ + "/journal.ndjson";
    std::filesystem::remove(path);
    const Journal journal = Journal::begin(path, result_);
    std::FILE* sink = std::tmpfile();
    Progress progress(result_.plan, sink, ProgressStyle::plain_lines);
    DeviceHooks hooks;
    hooks.admin = [&](int, nvme_admin_cmd& command) { return device.answer(command); };
    run_plan(result_, journal, progress, stop_, hooks);
    std::fclose(sink);
  }

  std::string page() const {
    const std::string json = write_json(result_);
    const std::string html = render_html(read_result(json), json);
    return html.substr(0, html.find("<script type=\"application/octet-stream\""));
  }

  std::string directory_;
  Result result_;
  std::atomic<bool> stop_{false};
};

/// Whether a flag begins so, and has these words; a busy machine adds flags of its own.
bool has_flag(const CaseResult& measured, std::string_view begin, std::string_view words = "") {
  return std::any_of(measured.flags.begin(), measured.flags.end(), [&](const std::string& flag) {
    return flag.starts_with(begin) && flag.find(words) != std::string::npos;
  });
}

TEST_F(RunLimits, AVolumesLimitIsNamedInTheReport) {
  FakeDevice device;
  ASSERT_NO_FATAL_FAILURE(run(device));
  for (const CaseResult& measured : result_.cases) {
    EXPECT_EQ(measured.limit.value().kind, LimitKind::volume);
    const auto value = [&](const std::string& name) {
      return metric_value(measured.metrics, name).value_or(-1);
    };
    EXPECT_GT(value("exceeded/volume-iops"), 95);
    EXPECT_EQ(value("device-latency/read-p50"), 128e3);
    // A busy machine moves too few I/Os for a 99th percentile.
    EXPECT_EQ(metric_value(measured.metrics, "device-latency/read-p99").value_or(256e3), 256e3);
    // The device counted what we did: warm-up and all.
    EXPECT_TRUE(has_flag(measured, "bound by the volume's IOPS limit"));
    EXPECT_FALSE(has_flag(measured, "the device counted"));
    EXPECT_GT(value("device/reads"), value("iops"));
  }
  EXPECT_NE(page().find("<td>volume limit</td><td>the device counted that demand exceeded the "
                        "volume&#39;s IOPS limit for "),
            std::string::npos);
  EXPECT_NE(render_markdown(result_).find("| volume limit |"), std::string::npos);
  EXPECT_NE(verdicts(result_).at(0).sentence.find("bound by the volume limit"), std::string::npos);
  // One between the cases serves both; a second after it, as on a busy machine, one more is due.
  ASSERT_GE(device.queries.size(), 3U);
  ASSERT_LE(device.queries.size(), 4U);
  for (std::size_t i = 1; i < device.queries.size(); ++i) {
    EXPECT_GE(device.queries[i] - device.queries[i - 1], std::chrono::seconds(1));
  }
}

TEST_F(RunLimits, AnInstancesLimitIsNamedInTheReportAndForeignLoadFlagged) {
  FakeDevice device;
  device.exceeded_offset = 80;
  device.foreign_bytes_per_us = 1000;  // worth a note beside however much of our own
  ASSERT_NO_FATAL_FAILURE(run(device));
  EXPECT_EQ(result_.cases.at(1).limit.value().kind, LimitKind::instance);
  EXPECT_NE(page().find("<td>instance limit</td>"), std::string::npos);
  EXPECT_EQ(page().find("<td>volume limit</td>"), std::string::npos);
  EXPECT_NE(render_csv(result_).find(",instance,the device counted"), std::string::npos);
  EXPECT_TRUE(has_flag(result_.cases[1], "the device counted", "% more bytes than this program"));
}

}  // namespace
}  // namespace assay
