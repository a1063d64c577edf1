#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/storage/storage_case.hpp"
#include "bench/storage/storage_session.hpp"
#include "tests/storage/direct_io.hpp"
#include "tests/storage/vendor_page.hpp"

namespace assay {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t file_unit_bytes = 1U << 20;

/// A device whose log page says that the volume's limit is exceeded for as long as a case runs on
/// it, that it wrote what this process did, and that a share of what was read came from it.
struct FakeDevice {
  double read_share = 1;
  SteadyClock::duration busy{};
  std::optional<SteadyClock::time_point> busy_since;
  std::vector<SteadyClock::time_point> queries;

  int answer(nvme_admin_cmd& command) {
    const auto now = SteadyClock::now();
    queries.push_back(now);
    const auto all = busy + (busy_since ? now - *busy_since : SteadyClock::duration::zero());
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(all).count();
    std::vector<std::byte> page = vendor_page(magic_ebs, {0}, {0});
    const OwnBytes own = read_own_bytes();
    const double read = static_cast<double>(own.read) * read_share;
    put<std::uint64_t>(page, 24, static_cast<std::uint64_t>(read));
    put<std::uint64_t>(page, 32, own.written);
    put<std::uint64_t>(page, 56, static_cast<std::uint64_t>(us));
    std::memcpy(reinterpret_cast<void*>(command.addr), page.data(), page.size());
    return 0;
  }
};

/// Two test files on the file system of the build, each on a device of its own.
class DeviceCountsIo : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::current_path() / "assay-io-test-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    const std::string why = why_no_direct_uring(directory_);
    if (!why.empty()) GTEST_SKIP() << why;
    for (FakeDevice& device : devices_) {
      Target target;
      target.id = &device == devices_ ? "one" : "two";
      target.path = directory_;
      // A node that opens; the answers are ours.
      target.device = &device == devices_ ? "null" : "zero";
      target.chosen = true;
      target.span_bytes = 16 * file_unit_bytes;
      sessions_.push_back(std::make_unique<StorageSession>(
          target, 7, RunControl{},
          [&device](int, nvme_admin_cmd& command) { return device.answer(command); }));
    }
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static Case case_of(const StorageParameters& parameters) {
    Case item;
    item.id = "storage/one/test";
    item.target = "one";
    item.duration_s = 1.1;  // the device answers once a second
    item.storage = parameters;
    return item;
  }

  CaseResult run(std::size_t index, const StorageParameters& parameters) {
    FakeDevice& device = devices_[index];
    device.busy_since = SteadyClock::now();
    CaseResult result = sessions_[index]->run(case_of(parameters), {});
    device.busy += SteadyClock::now() - *device.busy_since;
    device.busy_since.reset();
    return result;
  }

  std::string directory_;
  FakeDevice devices_[2];
  std::vector<std::unique_ptr<StorageSession>> sessions_;
};

double counted(const CaseResult& result, const char* metric) {
  const Metric* found = find_metric(result.metrics, metric);
  return found == nullptr ? -1 : found->value;
}

TEST_F(DeviceCountsIo, TheTimeThatOtherTargetsTookIsNoneOfTheCase) {
  const StorageParameters reads{Operation::read, Pattern::random, 4096, 4};
  EXPECT_GT(counted(run(0, reads), "exceeded/volume-iops"), 90);
  EXPECT_GT(counted(run(1, reads), "exceeded/volume-iops"), 90);
  EXPECT_GT(counted(run(1, reads), "exceeded/volume-iops"), 90);
  EXPECT_GT(counted(run(0, reads), "exceeded/volume-iops"), 90);
}

TEST_F(DeviceCountsIo, WhatIsWrittenAgainBetweenTwoCasesIsNoneOfTheSecond) {
  run(0, {Operation::write, Pattern::random, 4096, 4, 0});
  StorageParameters checked{Operation::read, Pattern::random, 4096, 4};
  checked.verify = true;
  const CaseResult result = run(0, checked);  // stamps all blocks before it begins
  EXPECT_EQ(result.status, CaseStatus::ok) << result.reason;
  EXPECT_GE(counted(result, "device/write-bytes"), 0);
  EXPECT_LT(counted(result, "device/write-bytes"), file_unit_bytes);
  const auto& queries = devices_[0].queries;
  for (std::size_t i = 1; i < queries.size(); ++i) {
    EXPECT_GE(queries[i] - queries[i - 1], std::chrono::seconds(1));
  }
}

TEST_F(DeviceCountsIo, NoMemberOfASetBeginsWhileAnotherWaits) {
  run(1, {Operation::write, Pattern::random, 4096, 4, 0});
  StorageParameters checked{Operation::read, Pattern::random, 4096, 4};
  checked.verify = true;  // what is stamped makes the second wait, whose device was just asked
  const std::vector<StorageSession*> both{sessions_[0].get(), sessions_[1].get()};
  run_storage_case(case_of(checked), both, 7, {});
  ASSERT_EQ(devices_[0].queries.size(), 2U);
  ASSERT_EQ(devices_[1].queries.size(), 4U);
  // The first, which need not wait, is asked only when the second may be: a second after its last.
  EXPECT_GE(devices_[0].queries[0] - devices_[1].queries[1], std::chrono::milliseconds(900));
}

TEST_F(DeviceCountsIo, WhatThePageCacheWritesBackIsNoneOfTheNextCase) {
  StorageParameters cached{Operation::write, Pattern::random, 4096, 4, 0};
  cached.direct = false;
  run(0, cached);
  const std::size_t asked = devices_[0].queries.size();
  run(0, {Operation::read, Pattern::random, 4096, 4});
  // At its beginning and its end: the answer from before the pages were written back is none.
  EXPECT_EQ(devices_[0].queries.size(), asked + 2);
}

TEST_F(DeviceCountsIo, ADeviceBelowTwoTargetsIsAskedOnceASecond) {
  const StorageParameters reads{Operation::read, Pattern::random, 4096, 4};
  Target target;
  target.id = "second";
  target.path = directory_;
  target.device = "null";
  target.span_bytes = file_unit_bytes;
  StorageSession second(
      target, 7, {}, [this](int, nvme_admin_cmd& command) { return devices_[0].answer(command); });
  const std::vector<StorageSession*> both{sessions_[0].get(), &second};
  EXPECT_GE(counted(run_storage_case(case_of(reads), both, 7, {}), "member/one/device/reads"), 0);
  EXPECT_GE(counted(run_storage_case(case_of(reads), {both.data() + 1, 1}, 7, {}), "device/reads"),
            0);
  const auto& queries = devices_[0].queries;
  ASSERT_GE(queries.size(), 3U);
  for (std::size_t i = 1; i < queries.size(); ++i) {
    EXPECT_GE(queries[i] - queries[i - 1], std::chrono::seconds(1));
  }
}

bool told_of_bytes(const CaseResult& result) {
  return std::any_of(result.flags.begin(), result.flags.end(), [](const std::string& flag) {
    return flag.find("bytes than this program moved") != std::string::npos;
  });
}

TEST_F(DeviceCountsIo, TheDevicesOfASetTogetherMoveWhatThisProgramDid) {
  const Case item = case_of({Operation::read, Pattern::random, 4096, 4});
  const std::vector<StorageSession*> both{sessions_[0].get(), sessions_[1].get()};
  devices_[0].read_share = 0.75;
  devices_[1].read_share = 0.25;
  EXPECT_FALSE(told_of_bytes(run_storage_case(item, both, 7, {})));
  devices_[1].read_share = 20;  // over the megabyte that is no load, however few the reads
  EXPECT_TRUE(told_of_bytes(run_storage_case(item, both, 7, {})));
}

}  // namespace
}  // namespace assay
