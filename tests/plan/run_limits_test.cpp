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
#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// An NVMe device as the admin queue shows it: it counts the bytes that this process really moves,
/// times `load`, and that a limit is exceeded all the time.
struct FakeDevice {
  std::size_t exceeded_offset = 56;
  double load = 1;
  SteadyClock::time_point attached = SteadyClock::now();
  std::vector<SteadyClock::time_point> queries;

  int answer(nvme_admin_cmd& command) {
    EXPECT_EQ(command.opcode, 0x02);
    const auto now = SteadyClock::now();
    queries.push_back(now);
    const OwnBytes own = read_own_bytes();
    const auto bytes = static_cast<std::uint64_t>(static_cast<double>(own.read) * load);
    const std::uint64_t ios = bytes / 4096;
    // Nine in ten reads in the first bin of up to 128 us, the rest in the second.
    const auto slow = static_cast<std::uint32_t>(ios / 10);
    std::vector<std::byte> page =
        vendor_page(magic_ebs, {static_cast<std::uint32_t>(ios) - slow, slow}, {0});
    put<std::uint64_t>(page, 24, bytes);
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - attached).count();
    put<std::uint64_t>(page, exceeded_offset, static_cast<std::uint64_t>(us));
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

  /// False, having said why, where this machine cannot run the cases.
  bool run(FakeDevice& device) {
    const Journal journal = Journal::begin(directory_ + "/journal.ndjson", result_);
    std::FILE* sink = std::tmpfile();
    Progress progress(result_.plan, sink, ProgressStyle::plain_lines);
    DeviceHooks hooks;
    hooks.admin = [&](int, nvme_admin_cmd& command) { return device.answer(command); };
    run_plan(result_, journal, progress, stop_, hooks);
    std::fclose(sink);
    for (const CaseResult& measured : result_.cases) {
      if (measured.status == CaseStatus::ok) continue;
      std::puts(measured.reason.c_str());
      return false;
    }
    return true;
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

/// Whether a flag begins so; a busy machine adds flags of its own.
bool has_flag(const CaseResult& measured, std::string_view begin) {
  return std::any_of(measured.flags.begin(), measured.flags.end(),
                     [begin](const std::string& flag) { return flag.find(begin) == 0; });
}

TEST_F(RunLimits, AVolumesLimitIsNamedInTheReport) {
  FakeDevice device;
  if (!run(device)) GTEST_SKIP() << "no direct I/O through io_uring here";
  ASSERT_EQ(result_.cases.size(), 2U);
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
                        "volume&#39;s IOPS limit for 100 % of the case</td>"),
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
  device.load = 1.3;
  if (!run(device)) GTEST_SKIP() << "no direct I/O through io_uring here";
  EXPECT_EQ(result_.cases.at(1).limit.value().kind, LimitKind::instance);
  EXPECT_NE(page().find("<td>instance limit</td>"), std::string::npos);
  EXPECT_EQ(page().find("<td>volume limit</td>"), std::string::npos);
  EXPECT_NE(render_csv(result_).find(",instance,the device counted"), std::string::npos);
  EXPECT_TRUE(has_flag(result_.cases[1], "the device counted 30 % more bytes"));
}

}  // namespace
}  // namespace assay
